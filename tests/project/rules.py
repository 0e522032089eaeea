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
        reason="the contract follows from documents alone, not from what serves it",
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
        "mock_server.cli.bill",
        ours=("mock_server.cli.commands", "video_gateway_mock"),
        reason="it asks a running server, as a client does",
        broken="from mock_server.stores import open_store",
    ),
    Layer(
        "mock_server.cli.drill_runs",
        ours=("video_gateway_mock",),
        reason="a drill runs a client against a server in a process of its own",
        broken="from mock_server.app import build_server",
    ),
    Layer(
        "mock_server.domain",
        ours=("mock_server.domain",),
        others=(),
        reason="a job's life is plain Python, tested by calling functions",
        broken="import yaml",
    ),
    Layer(
        "mock_server.jobs.formats",
        ours=(
            "mock_server.jobs.formats",
            "mock_server.domain",
            "openapi.catalogue",
            "openapi.dialects.dialect",
        ),
        reason=f"a wire format is a translation, a dialect is data; {FACTS}",
        broken="from mock_server.stores.memory import MemoryStore",
    ),
    Layer(
        "mock_server.stores",
        ours=("mock_server.stores", "mock_server.domain", "mock_server.journal"),
        reason="a store keeps facts and knows no wire format",
        broken="from ..families import videos",
    ),
    Layer(
        "mock_server.media",
        ours=("mock_server.media", "mock_server.domain"),
        reason=f"a picture follows from the job alone; {FACTS}",
        broken="from mock_server.jobs.handlers import videos",
    ),
    Layer(
        "mock_server.faults",
        ours=(
            "mock_server.faults",
            "mock_server.domain",
            "mock_server.http.errors",
            "mock_server.patterns",
            "openapi.contract.error_kinds",
        ),
        reason=f"one fault is one small class, its errors are rendered like all others; {FACTS}",
        broken="import mock_server.http.connexion.app",
    ),
    Layer(
        "mock_server.tenants.triggers",
        ours=("mock_server.tenants.triggers", "mock_server.faults", "mock_server.http.errors"),
        reason="triggers are read from plain values, whatever the request was sent in",
        broken="from mock_server.http.exchange import Inbound",
    ),
    Layer(
        "mock_server.journal",
        ours=("mock_server.journal", "mock_server.domain", "mock_server.patterns"),
        reason=f"the journal records what passes; {FACTS}",
        broken="from openapi.building.build import build",
    ),
    Layer(
        "mock_server.webhooks",
        ours=(
            "mock_server.webhooks",
            "mock_server.domain",
            "mock_server.http.errors",
            "mock_server.stores.protocol",
            "mock_server.tenants",
        ),
        reason="what is sent depends on the job and its tenant, not on the request that created it",
        broken="from mock_server.http.exchange import Inbound",
    ),
    Layer(
        "mock_server.webhooks.handlers",
        ours=(
            "mock_server.webhooks",
            "mock_server.domain",
            "mock_server.http.errors",
            "mock_server.http.exchange",
        ),
        reason="the operations on endpoints work under any web framework, with any store",
        broken="from mock_server.stores.memory import MemoryStore",
    ),
    Layer(
        "mock_server.webhooks.control",
        ours=(
            "mock_server.webhooks",
            "mock_server.control",
            "mock_server.domain",
            "mock_server.http.errors",
            "mock_server.http.exchange",
            "mock_server.tenants",
        ),
        reason="operations of the control API read and set state; no request of a client is known",
        broken="from mock_server.jobs.handlers.create import CreateHandlers",
    ),
    Layer(
        "mock_server.composition.documents",
        ours=(
            "mock_server.http.dialect_contracts",
            "mock_server.http.errors",
            "mock_server.scenarios",
            "mock_server.settings",
            "mock_server.tenants",
            "openapi",
        ),
        reason="the documents of a server are read without its store or its connections",
        broken="from mock_server.stores.memory import MemoryStore",
    ),
    Layer(
        "mock_server.control",
        ours=(
            "mock_server.control",
            "mock_server.transport.process",
            "mock_server.domain",
            "mock_server.http.errors",
            "mock_server.http.exchange",
            "mock_server.faults",
            "mock_server.journal",
            "mock_server.http.limits",
            "mock_server.http.origins",
            "mock_server.tenants.triggers",
            "mock_server.scenarios",
            "mock_server.http.address",
            "mock_server.http.connexion.application",
            "mock_server.http.security",
            "mock_server.jobs.actions",
            "mock_server.jobs.formats.wire",
            "mock_server.jobs.service",
            "mock_server.stores.protocol",
            "mock_server.webhooks",
            "mock_server.tenants",
            "video_gateway_mock.records",
            "openapi.contract.document",
            "openapi.dialects",
            "openapi.documents.writing",
        ),
        reason="control operations set and read state; they do not know what requests mean",
        broken="from mock_server.jobs.handlers.create import CreateHandlers",
    ),
    Layer(
        "mock_server.workbench",
        ours=(
            "mock_server.workbench",
            "mock_server.domain.clock",
            "mock_server.http.address",
            "mock_server.http.exchange",
            "openapi.documents.look",
        ),
        reason="the page acts through the control API, and sees what any caller of it sees",
        broken="from mock_server.stores.protocol import Store",
    ),
    Layer(
        "video_gateway_mock",
        ours=("video_gateway_mock",),
        others=("pytest", "pytest_socket"),
        reason="a client's process imports nothing that a folder of the client could replace",
        broken="from mock_server.settings import Settings",
    ),
    Layer(
        "mock_server.http.exchange",
        ours=(
            "mock_server.domain",
            "mock_server.tenants.state",
            "openapi.contract.contract",
            "openapi.contract.schemas",
            "openapi.dialects.dialect",
        ),
        reason="requests and responses are types that every layer above the domain may use",
        broken="from mock_server.http.bodies.reading import parse",
    ),
    Layer(
        "mock_server.jobs.service",
        ours=(
            "mock_server.domain",
            "mock_server.http.errors",
            "mock_server.stores.protocol",
            "openapi.catalogue.models",
            "openapi.dialects.dialect",
        ),
        reason="jobs are created the same way for every wire format, store and web framework",
        broken="from mock_server.http.exchange import Inbound",
    ),
    Layer(
        "mock_server.jobs.handlers",
        ours=(
            "mock_server.jobs.handlers",
            "mock_server.jobs.service",
            "mock_server.domain",
            "mock_server.http.errors",
            "mock_server.http.exchange",
            "mock_server.jobs.formats",
            "mock_server.media",
            "mock_server.stores.protocol",
            "mock_server.scenarios.selection",
            "mock_server.jobs.uploads",
            "mock_server.webhooks",
            "openapi.catalogue.models",
            "openapi.coverage",
            "openapi.dialects.dialect",
        ),
        reason="a handler works with any store and under any web framework",
        broken="from mock_server.stores.memory import MemoryStore",
    ),
    Layer(
        "mock_server.jobs.described",
        ours=(
            "mock_server.jobs",
            "mock_server.domain",
            "mock_server.http.exchange",
            "mock_server.media",
            "mock_server.scenarios.selection",
            "openapi.contract",
            "openapi.catalogue.models",
            "openapi.dialects.dialect",
            "openapi.jobs",
        ),
        reason="a described job is one like any other; its contract says how it is shown",
        broken="from mock_server.stores.memory import MemoryStore",
    ),
    Layer(
        "mock_server.transport.connections",
        ours=(
            "mock_server.transport.connections",
            "mock_server.http.errors",
            "mock_server.http.exchange",
            "mock_server.http.limits",
            "mock_server.http.error_responses",
            "mock_server.http.hosts",
            "openapi.dialects.dialect",
        ),
        reason="a connection is cut off by its size and its time, never by what a request means",
        broken="from mock_server.jobs.service import JobService",
    ),
    Layer(
        "contract_tests",
        ours=("contract_tests", "openapi"),
        reason="a test body must not know its target",
        broken="from mock_server.app import build",
    ),
    Layer(
        "contract_tests.targets.fake",
        ours=("contract_tests", "openapi", "mock_server"),
        reason="one module turns the fake into a target",
        broken="import tests.conftest",
    ),
    Layer(
        "contract_tests.relay",
        ours=("contract_tests.relay", "video_gateway_mock"),
        reason="a relay is held against its upstream alone, which is driven as a client drives it",
        broken="from contract_tests.targets.fake import open_fake",
    ),
    Layer(
        "contract_tests.cli.relay",
        ours=("contract_tests.relay", "video_gateway_mock"),
        reason="a relay is held against its upstream alone, which is driven as a client drives it",
        broken="from contract_tests.targets.fake import open_fake",
    ),
    Layer(
        "examples",
        ours=("video_gateway_mock",),
        reason="an example is copied, and uses what a client project may rely on",
        broken="from mock_server.tenants import Tenants",
    ),
)
