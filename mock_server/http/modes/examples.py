"""Example responses, made from the contract alone, for requests that no handler can answer."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mock_server.http.errors import (
    CHARACTER_NOT_FOUND,
    TOO_MANY_WEBHOOKS,
    VIDEO_NOT_FOUND,
    WEBHOOK_NOT_ALLOWED,
    WEBHOOK_NOT_ANSWERED,
    WEBHOOK_NOT_FOUND,
    ApiError,
)
from mock_server.http.exchange import INFERRED, Handler, Inbound, JsonReply, Reply
from mock_server.http.modes import lenient
from mock_server.http.modes.notices import (
    INFERRED_HEADER,
    STRICT,
    STRICT_HEADER,
    strict_notice,
    with_headers,
)
from openapi.contract.contract import Contract, Operation, shown_examples
from openapi.contract.examples import Examples, NoExampleError
from openapi.contract.schemas import Schema

# Errors that the test suite of an SDK gets, because it uses ids and webhook hosts that do not
# exist.
_REPLACED = frozenset(
    error.code
    for error in (
        *(VIDEO_NOT_FOUND, CHARACTER_NOT_FOUND, WEBHOOK_NOT_FOUND),
        *(WEBHOOK_NOT_ALLOWED, WEBHOOK_NOT_ANSWERED, TOO_MANY_WEBHOOKS),
    )
)
_OK = 200
Fill = Callable[[Inbound], Awaitable[bool]]


async def no_fill(_request: Inbound) -> bool:
    """Create nothing."""
    return False


class ExampleReplies:
    """Example responses of one contract; equal requests get equal responses."""

    def __init__(self, contract: Contract) -> None:
        """Collect the contract's own examples of named schemas."""
        self._contract = contract
        shown: dict[str, Any] = {}
        for media in self._json_media():
            name = media.get("schema", {}).get("$ref")
            if name is not None:
                for value in self._contract.valid_examples(media):
                    shown.setdefault(name, value)
        self._examples = Examples(contract.document, shown)

    def reply(self, operation_id: str, path: Mapping[str, str]) -> Reply:
        """A successful response, with the id that was requested in place of the example's.

        It is JSON where the contract has that, else of the first documented media type: a text's
        example, or a small valid body of that type.
        """
        status, response = self._success(self._contract.operation(operation_id))
        content_types = response.get("content", {})
        json_type = next((kind for kind in content_types if kind.endswith("json")), None)
        if json_type is not None:
            return self._json(content_types[json_type], status, path)
        media_type = next(iter(content_types), None)
        if media_type is None:
            return Response(status_code=status)
        body: str | bytes | None = _text(content_types[media_type])
        if body is None:
            # Imported here: only some contracts need the encoder.
            from mock_server.http.modes.samples import sample_of

            body, media_type = sample_of(media_type)
        return Response(body, status_code=status, media_type=media_type)

    def _json(self, media: Schema, status: int, path: Mapping[str, str]) -> JsonReply:
        content = next(self._contract.valid_examples(media), None)
        if content is None:
            content = self._made(media.get("schema", {}))
        asked = next(iter(path.values()), None)
        if asked is not None and isinstance(content, dict) and "id" in content:
            content = {**content, "id": asked}
        # The id of a client need not have the form of the dialect's ids.
        return JsonReply(content, status=status, deliberate=asked is not None)

    def _made(self, schema: Schema) -> Any:
        try:
            return self._examples.of(schema)
        except NoExampleError:
            return {}

    def _json_media(self) -> Iterator[Schema]:
        """The JSON media types of all successful responses."""
        for operation in self._contract.operations:
            _, response = self._success(operation)
            for kind, media in response.get("content", {}).items():
                if kind.endswith("json"):
                    yield media

    def _success(self, operation: Operation) -> tuple[int, Schema]:
        """The first documented success, else the first response of any status."""
        responses = operation.responses
        numbers = [status for status in responses if status.isdecimal()]
        found = next((each for each in numbers if each.startswith("2")), None)
        status = found or next(iter(numbers), None)
        return (int(status), responses[status]) if status else (_OK, {})


def _text(media: Schema) -> str | None:
    """The example of a text; bytes have none that could be sent."""
    if media.get("schema", {}).get("format") == "binary":
        return None
    return next((each for each in shown_examples(media) if isinstance(each, str)), None)


async def answer_or_example(
    handler: Handler,
    request: Inbound,
    operation_id: str,
    examples: ExampleReplies,
    *,
    fill: Fill = no_fill,
) -> Reply:
    """The handler's response, or an example in place of one about an unknown object.

    ``fill`` creates the objects that examples name, and returns whether the request is about one.

    Raises:
        ApiError: the request is refused for another reason.
    """
    noted = STRICT in request.noted
    reply = None
    if not noted or not request.body.fields or lenient.takes(operation_id):
        try:
            reply = await _handled(handler, request, fill)
        except ApiError as error:
            if error.error_kind.code not in _REPLACED:
                raise
            notice = strict_notice(error, request.dialect, operation_id)
            request.noted.setdefault(STRICT, notice)
    if reply is None:
        request.noted[INFERRED] = f"example of {operation_id}"
        reply = examples.reply(operation_id, request.path)
    headers = {}
    if INFERRED in request.noted:
        headers[INFERRED_HEADER] = request.noted[INFERRED]
    if STRICT in request.noted and not noted:
        headers[STRICT_HEADER] = request.noted[STRICT]
    return WithHeaders(reply, headers) if headers else reply


async def _handled(handler: Handler, request: Inbound, fill: Fill) -> Reply:
    try:
        return await handler(request)
    except ApiError as error:
        if error.error_kind.code not in _REPLACED or not await fill(request):
            raise
    return await handler(request)


class WithHeaders:
    """A response with additional headers."""

    def __init__(self, reply: Reply, headers: Mapping[str, str]) -> None:
        self._reply = reply
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        await self._reply(scope, receive, with_headers(send, self._headers))
