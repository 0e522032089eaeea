"""The ASGI middleware around routing, in Starlette's form: ``app`` first, then dependencies.

`connexion.application` lists them in their order, with the reason of each position.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.http.dialect_contracts import DialectContracts
from mock_server.http.error_responses import render_error
from mock_server.http.errors import (
    INTERNAL,
    INVALID_RESPONSE,
    REQUEST_TIMEOUT,
    STORE_UNAVAILABLE,
    STORED_STATE_UNUSABLE,
    UNKNOWN_PATH,
    ApiError,
)
from mock_server.http.exchange import EXCHANGE, Caller, Exchange, Tenants
from mock_server.http.security import Keys, admit_header, key_end
from mock_server.stores.protocol import SERVER, StoredStateError, StoreUnavailableError
from openapi.dialects.dialect import Dialect

# How many Authorization headers are cached with their caller, and the bytes of the longest one.
_REMEMBERED = 10_000
_LONGEST_REMEMBERED = 512

# Middleware, outermost first, by the first segments of the paths that it is for.
Mounted = Mapping[tuple[str, ...], Sequence[Middleware]]

_log = logging.getLogger(__name__)


class ExchangeMiddleware:
    """Creates the exchange, and adds the dialect's headers, such as its id, to the response.

    An application inside another one, like the control API, uses the exchange of the outer one.
    """

    def __init__(self, app: ASGIApp, *, dialect: Dialect) -> None:
        self._app = app
        self._dialect = dialect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add headers to its response."""
        if scope["type"] != "http" or EXCHANGE in scope:
            await self._app(scope, receive, send)
            return
        exchange = scope[EXCHANGE] = Exchange(scope, self._dialect)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.started = True
                more = exchange.dialect.headers.marks(exchange.token)
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Mounts:
    """Passes requests through further middleware, selected by the first segment of their path."""

    def __init__(self, app: ASGIApp, *, mounts: Mounted) -> None:
        self._app = app
        self._by_segment: dict[str, ASGIApp] = {}
        for segments, middleware in mounts.items():
            mounted = app
            for each in reversed(middleware):
                mounted = each.cls(mounted, *each.args, **each.kwargs)
            self._by_segment.update(dict.fromkeys(segments, mounted))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        app = self._app
        if scope["type"] == "http":
            app = self._by_segment.get(scope["path"][1:].partition("/")[0], app)
        await app(scope, receive, send)


class Admission:
    """Finds the tenant of the API key, and reads its state once for the whole request.

    Requests without a valid key pass, and are answered in ``dialect``; `RequestValidation` refuses
    those that need one.
    """

    def __init__(self, app: ASGIApp, *, keys: Keys, tenants: Tenants, dialect: Dialect) -> None:
        self._app = app
        self._keys = keys
        self._tenants = tenants
        self._dialect = dialect
        self._callers: dict[bytes, Caller] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or report that the state cannot be read."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange: Exchange = scope[EXCHANGE]
        exchange.dialect = self._dialect
        authorization = exchange.authorization
        caller = None
        if authorization is not None:
            caller = self._callers.get(authorization) or self._read(authorization)
        if caller is not None:
            exchange.caller = caller
            try:
                state = await self._tenants.read(caller[0])
                if not state.key_end and authorization is not None:
                    state = await self._tenants.name(caller[0], key_end(authorization, caller))
                exchange.belongs_to(caller[0], state)
            except (StoreUnavailableError, StoredStateError, ApiError) as error:
                await self._refuse(error, exchange, caller[0])(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _read(self, authorization: bytes) -> Caller | None:
        try:
            caller = admit_header(authorization, self._keys)
        except ApiError:
            return None
        if len(authorization) <= _LONGEST_REMEMBERED:
            if len(self._callers) >= _REMEMBERED:
                self._callers.clear()
            self._callers[authorization] = caller
        return caller

    def _refuse(self, error: Exception, exchange: Exchange, tenant: str) -> ASGIApp:
        exchange.deliberate = True
        if not isinstance(error, ApiError) and (state := self._tenants.remembered(tenant)):
            exchange.belongs_to(tenant, state)
        return render_error(_as_api_error(error, exchange), exchange)


class ResponseCheck:
    """Holds back each response until it is whole; answers 500 if it breaks the contract.

    The contract is that of the caller's dialect.
    """

    def __init__(self, app: ASGIApp, *, contracts: DialectContracts) -> None:
        self._app = app
        self._contracts = contracts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange: Exchange = scope[EXCHANGE]
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            exchange.started = True
            messages.append(message)

        await self._app(scope, receive, keep)
        problems = () if exchange.deliberate else tuple(self._problems(exchange, messages))
        if problems:
            error = ApiError(INVALID_RESPONSE, "; ".join(problems))
            await render_error(error, exchange)(scope, receive, send)
            return
        for message in messages:
            await send(message)

    def _problems(self, exchange: Exchange, messages: Sequence[Message]) -> Iterator[str]:
        operation_id = exchange.operation_id
        if not messages or operation_id is None:
            return
        # The dialect's own headers are added further out, to every response.
        lines = [*messages[0]["headers"], *exchange.dialect.headers.marks(b"pending")]
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in lines}
        sent = b"".join(message.get("body", b"") for message in messages[1:])
        body = None if exchange.method == "HEAD" else sent
        rules = self._contracts.of(exchange.dialect).responses
        yield from rules.problems(operation_id, messages[0]["status"], headers, body)


class Failures:
    """Renders every exception that is raised further in, unless a response has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer it if that fails."""
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            exchange: Exchange | None = scope.get(EXCHANGE)
            if exchange is None or exchange.started:
                raise
            await render_error(_as_api_error(error, exchange), exchange)(scope, receive, send)


def _as_api_error(error: Exception, exchange: Exchange) -> ApiError:
    match error:
        case ApiError():
            return error
        case StoreUnavailableError():
            exchange.deliberate = True
            _log.warning("%s", error)
            return ApiError(
                STORE_UNAVAILABLE, "The server cannot reach its store; try again shortly."
            )
        case StoredStateError():
            exchange.deliberate = True
            _log.warning("%s", error)
            return ApiError(STORED_STATE_UNUSABLE, _unusable(error))
        case HTTPException():
            # Raised by the framework, for example for a missing file of the documentation page.
            error_kind = UNKNOWN_PATH.replace(error.status_code, UNKNOWN_PATH.code)
            return ApiError(error_kind, str(error.detail), headers=dict(error.headers or {}))
        case ClientDisconnect():
            # Nobody reads this response; it is made for the journal.
            return ApiError(REQUEST_TIMEOUT, "The request was not complete.")
        case _:
            # A defect of this server: the log gets its trace, the client does not.
            _log.error("%s failed", exchange.method, exc_info=error)
            return ApiError(INTERNAL, "The server failed to answer this request.")


def _unusable(error: StoredStateError) -> str:
    remedy = f'POST /_mock/reset with {{"scopes": ["{error.scope}"]}} to start without it.'
    if error.scope == SERVER:
        remedy = 'POST /_mock/server/reset with the admin token and {"scopes": ["all"]}.'
    return f"What the server has kept for this key cannot be used: {error}. {remedy}"
