"""Who may import what, as a table; each rule has its reason and a counter-example."""

from dataclasses import dataclass

ANY = None


@dataclass(frozen=True, slots=True)
class Layer:
    """What the modules under `where` may import; the longest `where` that fits a module counts."""

    where: str
    ours: tuple[str, ...]
    reason: str
    broken: str
    others: tuple[str, ...] | None = ANY


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
        "mock_server.running",
        ours=("mock_server", "openapi", "video_gateway_mock"),
        reason="it gives the client's handle on a server of this process, for one release more",
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
            "mock_server.patterns",
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
        ours=("mock_server.journal", "mock_server.domain", "mock_server.patterns"),
        reason=f"the journal records what passes; {FACTS}",
        broken="from openapi.build import build",
    ),
    Layer(
        "mock_server.webhooks",
        ours=(
            "mock_server.webhooks",
            "mock_server.domain",
            "mock_server.stores.protocol",
            "mock_server.worlds",
        ),
        reason="what is sent hangs on the job and the world alone, whoever asked for the job",
        broken="from mock_server.exchange import Inbound",
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
            "mock_server.serving.address",
            "mock_server.serving.application",
            "mock_server.serving.security",
            "mock_server.stores.protocol",
            "mock_server.webhook_desk",
            "mock_server.webhooks",
            "mock_server.worlds",
            "mock_server.dialects",
            "openapi.contract",
            "openapi.dialects",
            "openapi.writing",
        ),
        reason="controls set a world and read it; what requests mean is none of their business",
        broken="from mock_server.handlers.create import CreateHandlers",
    ),
    Layer(
        "video_gateway_mock",
        ours=("video_gateway_mock",),
        others=("pytest", "pytest_socket"),
        reason="a client's process imports nothing that a folder of the client could replace",
        broken="from mock_server.settings import Settings",
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
            "mock_server.families.unlisted",
            "mock_server.model_errors",
            "mock_server.stores.protocol",
            "openapi.catalogue",
            "openapi.dialects.dialect",
        ),
        reason="orders are taken the same way for every family, store and web framework",
        broken="from mock_server.exchange import Inbound",
    ),
    Layer(
        "mock_server.webhook_desk",
        ours=(
            "mock_server.domain",
            "mock_server.errors",
            "mock_server.webhooks",
            "mock_server.worlds",
        ),
        reason="endpoints are taken the same way from clients and from tests",
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
            "mock_server.webhook_desk",
            "openapi.catalogue",
            "openapi.coverage",
            "openapi.dialects.dialect",
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
            "mock_server.serving.hosts",
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
        ours=("video_gateway_mock",),
        reason="an example is copied, and uses what a client project may rely on",
        broken="from mock_server.worlds import Worlds",
    ),
)
