"""Serves the control API beside the gateway; built when it is first called."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.control.access import ControlKeys
from mock_server.control.clocks import ClockHandlers
from mock_server.control.document import FILE, load_document
from mock_server.control.journals import JournalHandlers
from mock_server.control.server import ServerHandlers
from mock_server.control.setting import Setting
from mock_server.control.situations import SituationHandlers
from mock_server.control.worlds import WorldHandlers
from mock_server.exchange import Handler
from mock_server.limits import BodyLimits
from mock_server.magic import NoWords
from mock_server.serving.application import Parts, build_application
from mock_server.stores.protocol import Store
from mock_server.worlds import Worlds
from openapi.dialects import DEFAULT
from openapi.dialects.loading import load_dialects

PREFIX = "/_mock"
_LIMITS = BodyLimits(size=1024 * 1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What the control API acts on."""

    worlds: Worlds
    store: Store
    setting: Setting
    keys: ControlKeys

    def handlers(self) -> dict[str, Handler]:
        """Every handler by operation id."""
        worlds, store = self.worlds, self.store
        return {
            **WorldHandlers(worlds, store).operations(),
            **ClockHandlers(worlds).operations(),
            **SituationHandlers(worlds, self.setting).operations(),
            **JournalHandlers(worlds, self.setting.scenarios.known).operations(),
            **ServerHandlers(worlds, store, self.setting).operations(),
        }


def control_application(controls: Controls) -> ASGIApp:
    """The ASGI application.

    Raises:
        StartError: the handlers and the control API's file do not match.
    """
    dialects = load_dialects()
    own = dialects[DEFAULT]
    return build_application(
        Parts(
            contract=load_document(),
            contract_text=FILE.read_bytes(),
            dialects={own.name: own},
            dialect=own,
            dialect_of=lambda _tenant: own,
            partial=True,
            handlers=controls.handlers(),
            keys=controls.keys,
            now=lambda _tenant: 0,
            availability=lambda _model: None,
            words=NoWords(),
            limits=_LIMITS,
            docs=PREFIX,
        )
    )


class Beside:
    """Sends calls below ``/_mock`` to one application, which is made for the first, all others on.

    Most servers are never told anything, and start in less time without it.
    """

    def __init__(self, main: ASGIApp, make_control: Callable[[], ASGIApp]) -> None:
        """Serve ``main``, and beside it what ``make_control`` makes."""
        self._main = main
        self._make = make_control
        self._control: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = scope.get("path", "")
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            await self._main(scope, receive, send)
            return
        if self._control is None:
            self._control = self._make()
        await self._control(scope, receive, send)
