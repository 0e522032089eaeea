"""The control API as an ASGI application of its own."""

from starlette.middleware import Middleware
from starlette.types import ASGIApp

from mock_server.control.access import ControlKeys
from mock_server.control.behaviour import BehaviourHandlers
from mock_server.control.bill import BillHandlers
from mock_server.control.document import FILE, Names, published
from mock_server.control.jobs import JobHandlers
from mock_server.control.journal import JournalHandlers
from mock_server.control.mount import PREFIX, Controls
from mock_server.control.server import ServerHandlers
from mock_server.control.tenants import ClockHandlers, TenantHandlers
from mock_server.domain.clock import ManualClock
from mock_server.domain.scenario import Mix
from mock_server.http.connexion.application import Parts, build_application
from mock_server.http.exchange import Handler
from mock_server.http.limits import BodyLimits
from mock_server.http.origins import OriginGuard
from mock_server.tenants import TenantState
from mock_server.tenants.triggers import NoTriggers
from mock_server.webhooks.control import WebhookControls
from openapi.contract.document import load_contract
from openapi.dialects import DEFAULT, FOLDER
from openapi.dialects.dialect import Dialect
from openapi.dialects.loading import load_dialect
from openapi.documents.writing import dump

_LIMITS = BodyLimits(size=1024 * 1024)


class _SameForAll:
    """One state for every caller of the control API, whatever is set for its tenant."""

    def __init__(self, dialect: Dialect) -> None:
        self._state = TenantState(
            tenant="", clock=ManualClock(0), scenario=Mix(()), dialect=dialect, key_end="…"
        )

    async def read(self, _tenant: str) -> TenantState:
        return self._state

    async def name(self, _tenant: str, _key_end: str) -> TenantState:
        return self._state

    def remembered(self, _tenant: str) -> TenantState:
        return self._state


def control_application(controls: Controls) -> ASGIApp:
    """Build the application.

    Raises:
        StartError: the handlers and ``control.yaml`` do not match.
    """
    dialect = load_dialect(FOLDER / f"{DEFAULT}.yaml")
    names = Names(
        controls.scenarios.known, controls.dialects.known, controls.webhooks.targets.pattern
    )
    contract = load_contract(FILE)
    shown = published(contract, names)
    return build_application(
        Parts(
            contract=contract,
            contract_text=dump(shown).encode(),
            published=shown,
            dialects={dialect.name: dialect},
            dialect=dialect,
            tenants=_SameForAll(dialect),
            partial=True,
            handlers=_handlers(controls),
            keys=ControlKeys(controls.keys, controls.admin_token),
            availability=lambda _model: None,
            triggers=NoTriggers(),
            limits=_LIMITS,
            guards=(Middleware(OriginGuard, origins=controls.reached.origins),),
            docs=PREFIX,
            public_url=controls.reached.public_url,
        )
    )


def _handlers(controls: Controls) -> dict[str, Handler]:
    """All handlers by operation id."""
    tenants, scenarios = controls.tenants, controls.scenarios
    return {
        **TenantHandlers(tenants, controls.fill_examples).operations(),
        **JobHandlers(tenants, controls.jobs).operations(),
        **BillHandlers(tenants).operations(),
        **ClockHandlers(tenants).operations(),
        **BehaviourHandlers(tenants, scenarios, controls.dialects).operations(),
        **WebhookControls(tenants, controls.webhooks).operations(),
        **JournalHandlers(tenants, scenarios.known).operations(),
        **ServerHandlers(tenants, scenarios, controls.reloads).operations(),
    }
