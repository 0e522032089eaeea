"""An answer for every operation from the contract alone: its example, or a value of its schema."""

from collections.abc import Iterator, Mapping
from typing import Any

from mock_server.http.exchange import JsonReply
from openapi.contract.contract import Contract, Operation
from openapi.contract.examples import Examples
from openapi.contract.schemas import Schema


class ExampleReplies:
    """The answers of one contract; the same request always has the same one."""

    def __init__(self, contract: Contract) -> None:
        """Collect the contract's own examples of named schemas."""
        self._contract = contract
        shown: dict[str, Any] = {}
        for media in self._documents():
            name = media["schema"].get("$ref")
            if name is not None:
                for value in self._fitting(media):
                    shown.setdefault(name, value)
        self._examples = Examples(contract.document, shown)

    def reply(self, operation_id: str, path: Mapping[str, str]) -> JsonReply:
        """A successful JSON answer; where it has an id, that is the one which was asked for."""
        status, response = self._success(self._contract.operation(operation_id))
        (media,) = (each for kind, each in response["content"].items() if kind.endswith("json"))
        content = next(self._fitting(media), None) or self._examples.of(media["schema"])
        asked = next(iter(path.values()), None)
        if asked is not None and isinstance(content, dict) and "id" in content:
            content = {**content, "id": asked}
        # An id that a client made up need not have the form that the dialect's have.
        return JsonReply(content, status=status, deliberate=asked is not None)

    def _documents(self) -> Iterator[Schema]:
        """What every operation answers in JSON when it succeeds."""
        for operation in self._contract.operations:
            _, response = self._success(operation)
            for kind, media in response.get("content", {}).items():
                if kind.endswith("json"):
                    yield media

    def _success(self, operation: Operation) -> tuple[int, Schema]:
        responses = operation.responses
        status = next(status for status in responses if str(status).startswith("2"))
        return int(status), responses[status]

    def _fitting(self, media: Schema) -> Iterator[Any]:
        """The examples of a response that fit its schema."""
        shown = [media["example"]] if "example" in media else []
        shown += [each["value"] for each in media.get("examples", {}).values()]
        validator = self._contract.validator(media["schema"])
        yield from (value for value in shown if validator.is_valid(value))
