"""Who may import and reach what, as two tables; each rule has its reason and a counter-example."""

from dataclasses import dataclass

from tests.project.source import PACKAGES

ANY = None


@dataclass(frozen=True, slots=True)
class Layer:
    """What the modules under `where` may import; the longest `where` that fits a module counts."""

    where: str
    ours: tuple[str, ...]
    reason: str
    broken: str
    others: tuple[str, ...] | None = ANY


@dataclass(frozen=True, slots=True)
class Reserved:
    """Names that only the modules under `owners` may reach, anywhere inside `within`."""

    names: tuple[str, ...]
    owners: tuple[str, ...]
    within: tuple[str, ...]
    reason: str
    broken: str


FACTS = "it sees facts and an instant, never how they are served or stored"

LAYERS = (
    Layer(
        "openapi",
        ours=("openapi",),
        reason="documents make the contract, whoever serves it",
        broken="from mock_server.domain.job import Job",
    ),
    Layer(
        "mock_server",
        ours=("mock_server", "openapi"),
        reason="the fake must not know the suite that judges it",
        broken="import contract_tests.checks",
    ),
    Layer(
        "mock_server.domain",
        ours=("mock_server.domain",),
        others=(),
        reason="a job's life is plain Python, tested by calling functions",
        broken="import yaml",
    ),
    Layer(
        "mock_server.families",
        ours=(
            "mock_server.families",
            "mock_server.domain",
            "openapi.catalogue",
            "openapi.dialects.dialect",
        ),
        reason=f"a family translates one wire vocabulary, a dialect is data; {FACTS}",
        broken="from mock_server.stores.memory import MemoryStore",
    ),
    Layer(
        "mock_server.stores",
        ours=("mock_server.stores", "mock_server.domain", "mock_server.journal"),
        reason="a store keeps facts and knows no wire vocabulary",
        broken="from ..families import videos",
    ),
    Layer(
        "mock_server.media",
        ours=("mock_server.media", "mock_server.domain"),
        reason=f"a picture follows from the job alone; {FACTS}",
        broken="from mock_server.handlers import videos",
    ),
    Layer(
        "mock_server.faults",
        ours=(
            "mock_server.faults",
            "mock_server.domain",
            "mock_server.errors",
            "mock_server.model_errors",
            "openapi.situations",
        ),
        reason=f"one fault is one small class, its errors are told like all others; {FACTS}",
        broken="import mock_server.serving.app",
    ),
    Layer(
        "mock_server.magic",
        ours=("mock_server.magic", "mock_server.faults", "mock_server.errors"),
        reason="words are read from plain values, whatever the request came in",
        broken="from mock_server.exchange import Inbound",
    ),
    Layer(
        "mock_server.journal",
        ours=("mock_server.journal", "mock_server.domain"),
        reason=f"the journal records what passes; {FACTS}",
        broken="from openapi.build import build",
    ),
    Layer(
        "mock_server.control",
        ours=(
            "mock_server.control",
            "mock_server.collector",
            "mock_server.domain",
            "mock_server.errors",
            "mock_server.exchange",
            "mock_server.faults",
            "mock_server.journal",
            "mock_server.limits",
            "mock_server.magic",
            "mock_server.scenarios",
            "mock_server.serving.application",
            "mock_server.serving.security",
            "mock_server.stores.protocol",
            "mock_server.worlds",
            "mock_server.dialects",
            "openapi.contract",
            "openapi.dialects",
        ),
        reason="controls set a world and read it; what requests mean is none of their business",
        broken="from mock_server.handlers.create import CreateHandlers",
    ),
    Layer(
        "mock_server.handle",
        ours=("mock_server.handle", "mock_server.journal.entry"),
        reason="a hand on a fake that may run in another process, or on another machine",
        broken="from mock_server.worlds import Worlds",
    ),
    Layer(
        "mock_server.exchange",
        ours=("mock_server.domain", "openapi.dialects.dialect"),
        reason="requests and replies are words that every layer above the domain may use",
        broken="from mock_server.serving.bodies import parse",
    ),
    Layer(
        "mock_server.desk",
        ours=(
            "mock_server.domain",
            "mock_server.errors",
            "mock_server.model_errors",
            "mock_server.stores.protocol",
            "openapi.catalogue",
            "openapi.dialects.dialect",
        ),
        reason="orders are taken the same way for every family, store and web framework",
        broken="from mock_server.exchange import Inbound",
    ),
    Layer(
        "mock_server.handlers",
        ours=(
            "mock_server.handlers",
            "mock_server.desk",
            "mock_server.domain",
            "mock_server.errors",
            "mock_server.exchange",
            "mock_server.families",
            "mock_server.media",
            "mock_server.stores.protocol",
            "mock_server.scenarios.choosing",
            "mock_server.uploads",
            "openapi.catalogue",
        ),
        reason="a handler works with any store and under any web framework",
        broken="from mock_server.stores.memory import MemoryStore",
    ),
    Layer(
        "mock_server.connections",
        ours=(
            "mock_server.connections",
            "mock_server.errors",
            "mock_server.exchange",
            "mock_server.limits",
            "mock_server.serving.dialects",
            "mock_server.serving.injection",
            "mock_server.watching",
        ),
        reason="a connection is cut off by its size and its time, never by what a request means",
        broken="from mock_server.desk import Desk",
    ),
    Layer(
        "contract_tests",
        ours=("contract_tests", "openapi"),
        reason="a test body must not know its target",
        broken="from mock_server.app import build",
    ),
    Layer(
        "contract_tests.targets",
        ours=("contract_tests", "openapi", "mock_server"),
        reason="one module turns the fake into a target",
        broken="import tests.conftest",
    ),
    Layer(
        "examples",
        ours=("mock_server.handle", "mock_server.running"),
        reason="an example is copied, and uses what a client project may rely on",
        broken="from mock_server.worlds import Worlds",
    ),
)

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
        # It calls the fake itself, from a test's side.
        owners=("mock_server.handle.connection",),
        within=("openapi", "mock_server"),
        reason="a fake that calls out surprises its user; a module that must is named here",
        broken="from urllib.request import urlopen",
    ),
    Reserved(
        names=("connexion",),
        owners=("mock_server.serving",),
        within=PACKAGES,
        reason="when Connexion changes, one folder changes",
        broken="from connexion.exceptions import ProblemException",
    ),
    Reserved(
        names=("mock_server.app",),
        owners=(
            "mock_server.cli_serve",
            "mock_server.running",
            "mock_server.workers",
            "contract_tests.targets",
        ),
        within=("mock_server", "contract_tests"),
        reason="the composition root is used by entry points; nothing it builds reaches back to it",
        broken="from mock_server import app",
    ),
)
