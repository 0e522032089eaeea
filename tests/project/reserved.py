"""Who may reach what, as a table; each rule has its reason and a counter-example."""

from dataclasses import dataclass

from tests.project.source import PACKAGES


@dataclass(frozen=True, slots=True)
class Reserved:
    """Names that only the modules under `owners` may reach, anywhere inside `within`."""

    names: tuple[str, ...]
    owners: tuple[str, ...]
    within: tuple[str, ...]
    reason: str
    broken: str


RESERVED = (
    Reserved(
        names=(
            "time",
            "datetime.date.today",
            "datetime.datetime.now",
            "datetime.datetime.today",
            "datetime.datetime.utcnow",
        ),
        owners=("mock_server.domain.clock",),
        within=("openapi", "mock_server"),
        reason="one request is one instant of its tenant's clock, passed down as a value",
        broken="import datetime as dt\nstarted = dt.datetime.now(dt.UTC)",
    ),
    Reserved(
        names=("os.environ", "os.environb", "os.getenv", "os.getenvb"),
        owners=("mock_server.settings",),
        within=("openapi", "mock_server"),
        reason="every setting is found, checked and documented in one place",
        broken="import os.path\nport = os.environ['PORT']",
    ),
    Reserved(
        names=("aiohttp", "http.client", "httpx", "requests", "urllib.request", "urllib3"),
        # The one calls the fake itself, from a test's side; the other, webhooks' receivers.
        owners=("video_gateway_mock.handle.connection", "mock_server.webhooks.post"),
        within=("openapi", "mock_server"),
        reason="a fake that calls out surprises its user; a module that must is named here",
        broken="from urllib.request import urlopen",
    ),
    Reserved(
        names=("connexion",),
        owners=("mock_server.http.connexion",),
        within=PACKAGES,
        reason="when Connexion changes, one folder changes",
        broken="from connexion.exceptions import ProblemException",
    ),
    Reserved(
        names=("uvicorn",),
        owners=(
            "mock_server.transport.server",
            "mock_server.transport.connections.plain",
            "contract_tests.guard.server",
        ),
        within=PACKAGES,
        reason="uvicorn's internals change between minor releases; test_uvicorn.py lists their use",
        broken="from uvicorn.protocols.http.h11_impl import H11Protocol",
    ),
    Reserved(
        names=("mock_server.app",),
        owners=(
            "mock_server.cli.serve",
            "mock_server.composition.reloading",
            "mock_server.running",
            "mock_server.transport.workers",
            "contract_tests.targets.fake",
        ),
        within=("mock_server", "contract_tests"),
        reason="the composition root is used by entry points and by what rebuilds a server",
        broken="from mock_server import app",
    ),
)
