"""Finds out whose a request is and what is set for that tenant, once, before anything else."""

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.errors import ApiError
from mock_server.exchange import CALLER, DELIBERATE, STANDING, Tenants
from mock_server.serving.failures import Render, unavailable
from mock_server.serving.security import Keys, read_key
from mock_server.stores.protocol import StoreUnavailableError


def admission(keys: Keys, tenants: Tenants, render: Render) -> Callable[[ASGIApp], ASGIApp]:
    """The middleware class; a request without a good key passes unmarked."""

    class Admission:
        """Leaves the caller, and what is set for it, in the scope."""

        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Pass one request on, or say that the store does not answer."""
            caller = _caller(keys, scope) if scope["type"] == "http" else None
            if caller is not None:
                scope[CALLER] = caller
                try:
                    scope[STANDING] = await tenants.read(caller[0])
                except StoreUnavailableError:
                    scope[DELIBERATE], scope[STANDING] = True, tenants.remembered(caller[0])
                    await render(unavailable(), scope, send)
                    return
            await self._app(scope, receive, send)

    return Admission


def _caller(keys: Keys, scope: Scope) -> tuple[str, tuple[str, ...]] | None:
    for name, value in scope["headers"]:
        if name == b"authorization":
            try:
                return keys.admit(read_key(value.decode("latin-1")))
            except ApiError:
                return None
    return None
