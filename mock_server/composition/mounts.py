"""What is served beside the gateway: probes, the control API, and the workbench."""

from starlette.middleware import Middleware

from mock_server.control.mount import ControlMount, Controls
from mock_server.http.middleware import Mounted
from mock_server.observability.health import Probes
from mock_server.observability.metrics import Metrics
from mock_server.settings import Settings
from mock_server.stores import Store
from mock_server.transport.connections import Guard
from mock_server.workbench.access import SignIn
from mock_server.workbench.mount import Workbench, WorkbenchMount


def beside(
    settings: Settings,
    controls: Controls,
    sign_in: SignIn,
    *,
    store: Store,
    metrics: Metrics,
    guard: Guard,
) -> Mounted:
    """The middleware below ``/_mock``: probes, and the control API unless it is turned off.

    The workbench, which acts through the control API, is before it, and at ``/`` besides.
    """
    token = None if settings.local else controls.admin_token
    probes = Middleware(Probes, store=store, metrics=metrics, admin_token=token)
    if not settings.control:
        return {("_mock",): (probes,)}
    control = Middleware(ControlMount, controls=controls)
    if not settings.workbench:
        return {("_mock",): (probes, control)}
    page = Workbench(
        sign_in=sign_in,
        public_url=controls.reached.public_url,
        stopping=lambda: guard.stopping,
        loads=lambda: controls.reloads.count,
    )
    return {("_mock", ""): (probes, Middleware(WorkbenchMount, workbench=page), control)}
