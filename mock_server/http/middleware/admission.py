"""Finds out whose a request is and what is set for that tenant, once, before anything else."""

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.http.errors import ApiError
from mock_server.http.exchange import CALLER, DELIBERATE, STANDING, Caller, Tenants
from mock_server.http.headers import header
from mock_server.http.middleware.failures import Render, store_trouble
from mock_server.http.security import Keys, read_key
from mock_server.stores.protocol import StoredStateError, StoreUnavailableError

# Keys that are held ready, some hundred bytes each.
_REMEMBERED = 10_000
# Bytes of a header; longer ones are read each time.
_LONGEST_REMEMBERED = 512


class Callers:
    """Who the keys of requests stand for; a good key stays one, and is read once."""

    def __init__(self, keys: Keys) -> None:
        """Ask ``keys`` for those not seen before."""
        self._keys = keys
        self._known: dict[bytes, Caller] = {}

    def of(self, scope: Scope) -> Caller | None:
        """Who asks; None without a good key."""
        authorization = header(scope, b"authorization")
        if authorization is None:
            return None
        return self._known.get(authorization) or self._read(authorization)

    def _read(self, authorization: bytes) -> Caller | None:
        try:
            caller = self._keys.admit(read_key(authorization.decode("latin-1")))
        except ApiError:
            return None
        if len(authorization) <= _LONGEST_REMEMBERED:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[authorization] = caller
        return caller


def admission(keys: Keys, tenants: Tenants, render: Render) -> Callable[[ASGIApp], ASGIApp]:
    """The middleware class; a request without a good key passes unmarked."""

    class Admission:
        """Leaves the caller, and what is set for it, in the scope."""

        def __init__(self, app: ASGIApp) -> None:
            self._app = app
            self._callers = Callers(keys)

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Pass one request on, or say what is wrong with the store."""
            caller = self._callers.of(scope) if scope["type"] == "http" else None
            if caller is not None:
                scope[CALLER] = caller
                try:
                    scope[STANDING] = await tenants.read(caller[0])
                except (StoreUnavailableError, StoredStateError) as error:
                    scope[DELIBERATE], scope[STANDING] = True, tenants.remembered(caller[0])
                    await render(store_trouble(error), scope, send)
                    return
                except ApiError as error:
                    scope[DELIBERATE] = True
                    await render(error, scope, send)
                    return
            await self._app(scope, receive, send)

    return Admission
