"""Serves the control API beside the gateway; built when it is first called."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.control.access import ControlKeys
from mock_server.control.clocks import ClockHandlers
from mock_server.control.document import FILE, load_document
from mock_server.control.journals import JournalHandlers
from mock_server.control.server import ServerHandlers
from mock_server.control.setting import Setting
from mock_server.control.situations import SituationHandlers
from mock_server.control.worlds import WorldHandlers
from mock_server.domain.clock import ManualClock
from mock_server.domain.scenario import Mix
from mock_server.exchange import Handler, Standing
from mock_server.limits import BodyLimits
from mock_server.magic import NoWords
from mock_server.serving.application import Parts, build_application
from mock_server.worlds import Worlds
from openapi.dialects import DEFAULT
from openapi.dialects.dialect import Dialect
from openapi.dialects.loading import load_dialects

PREFIX = "/_mock"
_LIMITS = BodyLimits(size=1024 * 1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What the control API acts on."""

    worlds: Worlds
    setting: Setting
    keys: ControlKeys

    def handlers(self) -> dict[str, Handler]:
        """Every handler by operation id."""
        worlds = self.worlds
        return {
            **WorldHandlers(worlds).operations(),
            **ClockHandlers(worlds).operations(),
            **SituationHandlers(worlds, self.setting).operations(),
            **JournalHandlers(worlds, self.setting.scenarios.known).operations(),
            **ServerHandlers(worlds, self.setting).operations(),
        }


@dataclass(frozen=True, slots=True)
class _Everybody:
    """Whoever calls the control API: what is set in worlds does not change how that answers."""

    dialect: Dialect
    clock: ManualClock = field(default_factory=lambda: ManualClock(0))
    scenario: Mix = field(default_factory=lambda: Mix(()))

    async def read(self, _tenant: str) -> Standing:
        """The same for all."""
        return self

    def remembered(self, _tenant: str) -> Standing:
        """The same for all."""
        return self


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
            tenants=_Everybody(own),
            partial=True,
            handlers=controls.handlers(),
            keys=controls.keys,
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
