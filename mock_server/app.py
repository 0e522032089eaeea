"""The composition root: one builder for each part of a server, which returns a frozen bundle.

Builders take what they need as arguments. Nothing is assigned to an object after its construction.
"""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from starlette.middleware import Middleware
from starlette.types import ASGIApp

from mock_server.cli.keys_file import KeysError, require_token
from mock_server.composition.documents import Documents, read_documents
from mock_server.composition.handlers import every_handler
from mock_server.composition.mounts import beside
from mock_server.control.mount import Controls
from mock_server.control.reloads import Reloads
from mock_server.domain.clock import Clock, TenantClock
from mock_server.faults.active import Match, exceeded
from mock_server.faults.fault import Fault
from mock_server.faults.parse import FaultError, read_fault
from mock_server.http.address import Addresses, addresses
from mock_server.http.connexion.application import Parts, StartError, build_application
from mock_server.http.exchange import ExchangeObserver
from mock_server.http.fault_injection import FaultInjection
from mock_server.http.hosts import AddressError
from mock_server.http.recording import Recorder
from mock_server.http.security import KeyRing, tenant_of
from mock_server.jobs.actions import JobActions
from mock_server.jobs.described.handlers import DescribedJobs
from mock_server.jobs.example_objects import ExampleObjects
from mock_server.jobs.media_links import MediaLinks
from mock_server.jobs.service import JobService
from mock_server.journal.headers import HeaderError, KeptHeaders
from mock_server.media import MediaLibrary, render
from mock_server.observability.access_log import request_logs
from mock_server.observability.counters import RENDERS, Counters, OwnTally, Tally
from mock_server.observability.metrics import Metrics
from mock_server.observability.watchdog import Watchdog
from mock_server.scenarios import DEFAULT, ScenarioError
from mock_server.scenarios.selection import Scenarios, ScenarioSelector
from mock_server.settings import Settings
from mock_server.stores import Store, StoreError, open_store
from mock_server.tenants import TenantDefaults, TenantRepository
from mock_server.tenants.defaults import DialectError, Dialects
from mock_server.transport.connections import Guard, Load
from mock_server.transport.connections.bodies import Bodies
from mock_server.webhooks import (
    Sender,
    TargetError,
    Targets,
    WakeUps,
    WebhookService,
    build_webhooks,
)
from mock_server.workbench.access import SignIn
from openapi.contract.contract import Contract
from openapi.dialects.dialect import Dialect
from openapi.errors import SpecError

_TOKEN_BYTES = 18
# What files and settings that cannot be used are reported by.
START_ERRORS = (
    SpecError,
    StartError,
    AddressError,
    HeaderError,
    ScenarioError,
    FaultError,
    DialectError,
    StoreError,
    TargetError,
    KeysError,
    OSError,
)


Background = Callable[[], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Server:
    """One server: the ASGI application, and its parts for callers in the same process.

    ``background`` runs what works beside requests, and ``shared`` is what a server keeps that is
    built of changed files.
    """

    application: ASGIApp
    tenants: TenantRepository
    jobs: JobService
    scenarios: Scenarios
    admin_token: str
    dialects: Dialects
    guard: Guard
    webhooks: WebhookService
    background: Background
    shared: "Shared"

    def rebuilt(self, settings: Settings) -> "Server":
        """A server of the files' present content, in the place of this one.

        Raises:
            SpecError, StartError, ScenarioError, FaultError, DialectError: as ``build_server``.
        """
        documents = read_documents(settings)
        return _assembled(
            settings, documents, self.shared, _defaults(settings, documents, self.shared.clock)
        )


@dataclass(frozen=True, slots=True)
class Observability:
    """The observers of completed exchanges, and the counters behind the metrics."""

    tally: Tally
    counters: Counters
    observers: tuple[ExchangeObserver, ...]


@dataclass(frozen=True, slots=True)
class Transport:
    """The limits that connections share, and the metrics, which include the open connections."""

    guard: Guard
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Shared:
    """What depends on the settings alone: it stays when a server is built of changed files."""

    admin_token: str
    sign_in: SignIn
    reached: Addresses
    clock: Clock | None
    reloads: Reloads
    store: Store
    observability: Observability
    media: MediaLibrary
    transport: Transport


def create_app(settings: Settings, clock: Clock | None = None) -> ASGIApp:
    """One server as an ASGI application; raises what ``build_server`` raises."""
    return build_server(settings, clock).application


def build_server(
    settings: Settings,
    clock: Clock | None = None,
    tally: Tally | None = None,
    *,
    folder: Path | None = None,
) -> Server:
    """Build one server; with a ``clock``, all tenants share it.

    ``tally`` is where metrics are counted, if they are shared with other processes, and ``folder``
    is a temporary one of all these.

    Raises:
        SpecError: the contract, the catalogue or a dialect cannot be read.
        StartError: the contract and the handlers do not match.
        ScenarioError: the settings name an unknown scenario, or a scenario has a reserved name.
        FaultError: the settings of a fault are invalid.
        DialectError: the settings name an unknown dialect.
        StoreError: the store cannot be opened.
        TargetError: a host for webhooks is invalid.
        AddressError: a host, an origin or the public URL is invalid.
        KeysError: the admin token cannot be sent in a header, or is an API key.
    """
    admin_token = _admin_token(settings)
    reached = addresses(settings)
    documents = read_documents(settings)
    defaults = _defaults(settings, documents, clock)
    observability = build_observability(settings, tally or OwnTally())
    media = MediaLibrary(
        max_bytes=settings.media.cache,
        workers=settings.media.workers,
        render=observability.counters.counting(RENDERS, render),
    )
    shared = Shared(
        admin_token=admin_token,
        sign_in=SignIn(admin_token, settings.sign_in, folder),
        reached=reached,
        clock=clock,
        reloads=Reloads(),
        store=open_store(
            settings.store, settings.retain, settings.snapshot, settings.snapshot_every
        ),
        observability=observability,
        media=media,
        transport=build_transport(
            *(settings, reached, observability, media), dialect=documents.dialects.default
        ),
    )
    return _assembled(settings, documents, shared, defaults)


def _assembled(
    settings: Settings, documents: Documents, shared: Shared, defaults: TenantDefaults
) -> Server:
    """A server of some documents."""
    schedule = WakeUps()
    tenants = TenantRepository(shared.store, defaults, changed=schedule.wake)
    jobs = JobService(
        *(shared.store, documents.catalogue, tenants.ids_of, tenants.polled, schedule.wake),
        exact=settings.exact,
    )
    webhooks = build_webhooks(
        *(tenants, Targets(settings.webhooks.hosts, loopback=settings.local), schedule),
        timeout_s=settings.webhooks.timeout_s,
        counted=shared.observability.counters.attempted,
    )
    keys = KeyRing(settings.keys, documents.triggers)
    described = DescribedJobs(Contract(documents.contract))
    actions = JobActions(jobs, ScenarioSelector(documents.scenarios, tenants.draw_job), tenants)
    examples = ExampleObjects(
        *(jobs, tenants, webhooks, documents.scenarios.known[DEFAULT]),
        examples=lambda dialect: documents.dialect_contracts.of(dialect).named_examples,
        described=tuple(described.named()),
    )
    controls = Controls(
        tenants=tenants,
        scenarios=documents.scenarios,
        dialects=documents.dialects,
        keys=keys,
        admin_token=shared.admin_token,
        reached=shared.reached,
        webhooks=webhooks,
        jobs=actions,
        fill_examples=examples.fill,
        reloads=shared.reloads,
    )
    background = partial(_background, webhooks.sender)
    application = build_application(
        Parts(
            contract=documents.contract,
            contract_text=documents.contract_text,
            dialects=documents.dialects.known,
            dialect=documents.dialects.default,
            tenants=tenants,
            handlers=every_handler(documents, described, actions, shared.media, webhooks=webhooks),
            keys=keys,
            availability=jobs.availability,
            triggers=documents.triggers,
            limits=settings.body,
            cors=shared.reached.origins.cors(),
            mounts=beside(
                *(settings, controls, shared.sign_in),
                store=shared.store,
                metrics=shared.transport.metrics,
                guard=shared.transport.guard,
            ),
            recorder=(
                Middleware(
                    Recorder,
                    journals=shared.store,
                    limits=settings.journal,
                    headers=KeptHeaders(settings.journal.headers),
                    hidden=settings.redact,
                    observers=shared.observability.observers,
                ),
            ),
            media={
                ("media",): (
                    Middleware(MediaLinks, jobs=jobs, tenants=tenants, media=shared.media),
                )
            },
            faults=(
                Middleware(
                    FaultInjection,
                    tenants=tenants,
                    jobs=shared.store,
                    triggers=documents.triggers,
                ),
            ),
            lifespan=lambda _app: running(shared, background),
            validate_responses=settings.validate_responses,
            partial=documents.partial,
            public_url=shared.reached.public_url,
            dialect_contracts=documents.dialect_contracts,
            fill=examples.fill_for,
        )
    )
    return Server(
        application=application,
        tenants=tenants,
        jobs=jobs,
        scenarios=documents.scenarios,
        admin_token=shared.admin_token,
        dialects=documents.dialects,
        guard=shared.transport.guard,
        webhooks=webhooks,
        background=background,
        shared=shared,
    )


def _defaults(settings: Settings, documents: Documents, clock: Clock | None) -> TenantDefaults:
    """The initial state of tenants."""
    faults = tuple(_fault(text) for text in settings.faults)
    if limit := exceeded(faults):
        raise FaultError(f"--fault: {len(faults)} are given; there can be at most {limit}")
    return TenantDefaults(
        clock=lambda: clock or TenantClock.start(settings.pace),
        scenarios=documents.scenarios,
        dialects=documents.dialects,
        seed=settings.seed,
        faults=faults,
        requests_mode=settings.requests,
        budgets={tenant_of(key): micros for key, micros in settings.budgets.items()},
    )


def build_observability(settings: Settings, tally: Tally) -> Observability:
    """The observers of exchanges: the counters behind the metrics, and the access log."""
    counters = Counters(tally)
    return Observability(tally, counters, (counters, *request_logs(settings.log_format)))


def build_transport(
    settings: Settings,
    reached: Addresses,
    observability: Observability,
    media: MediaLibrary,
    *,
    dialect: Dialect,
) -> Transport:
    """The limits of connections; ``dialect`` is that of responses to refused requests."""
    limits = settings.connections
    # A body of the largest size can be read if there is no other.
    load = Load(Bodies(max(limits.bodies, settings.body.size)))
    metrics = Metrics(observability.tally, load, media)
    guard = Guard(
        *(limits, load, dialect, observability.counters.refused),
        observers=observability.observers,
        hosts=reached.hosts,
        marks=reached.origins.lines,
        each_tick=metrics.publish,
    )
    return Transport(guard, metrics)


def _admin_token(settings: Settings) -> str:
    if settings.admin_token is None:
        return secrets.token_urlsafe(_TOKEN_BYTES)
    return require_token(settings.admin_token, settings.keys or ())


def _fault(text: str) -> tuple[Fault, Match]:
    try:
        return read_fault(text)
    except FaultError as error:
        raise FaultError(f"--fault '{text}': {error}") from error


@asynccontextmanager
async def running(shared: Shared, background: Background) -> AsyncIterator[None]:
    """Run what works beside requests, from before the first to after the last."""
    watchdog = Watchdog(shared.observability.counters.blocked)
    watchdog.start()
    shared.store.start()
    async with background():
        yield
        watchdog.close()
    shared.media.close()
    await shared.store.close()


@asynccontextmanager
async def _background(sender: Sender) -> AsyncIterator[None]:
    """Send webhooks."""
    sender.start()
    yield
    await sender.close()
