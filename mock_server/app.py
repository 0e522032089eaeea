"""The composition root: one builder for each part of a server, which returns a frozen bundle.

Builders take what they need as arguments. Nothing is assigned to an object after its construction.
"""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from starlette.middleware import Middleware
from starlette.types import ASGIApp

import openapi
from mock_server.cli.keys_file import require_token
from mock_server.control.mount import ControlMount, Controls
from mock_server.domain.clock import Clock, TenantClock
from mock_server.faults.active import Match, exceeded
from mock_server.faults.fault import Fault
from mock_server.faults.parse import FaultError, read_fault
from mock_server.http.address import Addresses, addresses
from mock_server.http.connexion.application import Parts, build_application
from mock_server.http.dialect_contracts import DialectContracts
from mock_server.http.errors import ApiError
from mock_server.http.exchange import ExchangeObserver, Handler
from mock_server.http.fault_injection import FaultInjection
from mock_server.http.modes.documented import handlers_for
from mock_server.http.recording import Recorder
from mock_server.http.security import KeyRing
from mock_server.jobs.actions import JobActions
from mock_server.jobs.example_objects import ExampleObjects
from mock_server.jobs.handlers import handlers
from mock_server.jobs.media_links import MediaLinks
from mock_server.jobs.service import JobService
from mock_server.media import MediaLibrary, render
from mock_server.observability.access_log import request_logs
from mock_server.observability.counters import RENDERS, Counters, OwnTally, Tally
from mock_server.observability.health import Probes
from mock_server.observability.metrics import Metrics
from mock_server.observability.watchdog import Watchdog
from mock_server.scenarios import DEFAULT, SHIPPED, ScenarioError
from mock_server.scenarios.parsing import load_scenarios
from mock_server.scenarios.selection import Scenarios, ScenarioSelector, parse_selection
from mock_server.settings import Settings
from mock_server.stores import Store, open_store
from mock_server.tenants import TenantDefaults, TenantRepository
from mock_server.tenants.defaults import DialectError, Dialects
from mock_server.tenants.triggers import TriggerError, Triggers
from mock_server.transport.connections import Guard, Load
from mock_server.transport.connections.bodies import Bodies
from mock_server.webhooks import Sender, Targets, WakeUps, WebhookService, build_webhooks
from openapi import coverage
from openapi.catalogue.models import Catalogue, load_catalogue
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from openapi.dialects.dialect import Dialect
from openapi.dialects.loading import load_dialects

_TOKEN_BYTES = 18


@dataclass(frozen=True, slots=True)
class Server:
    """One server: the ASGI application, and its parts for callers in the same process."""

    application: ASGIApp
    tenants: TenantRepository
    jobs: JobService
    scenarios: Scenarios
    admin_token: str
    dialects: Dialects
    guard: Guard
    webhooks: WebhookService


@dataclass(frozen=True, slots=True)
class Documents:
    """The contract and the data files that a server is built from.

    ``partial``: the contract is the user's, and may lack operations that there are handlers for.
    """

    contract: dict[str, Any]
    contract_text: bytes
    partial: bool
    catalogue: Catalogue
    scenarios: Scenarios
    dialects: Dialects
    triggers: Triggers
    dialect_contracts: DialectContracts


@dataclass(frozen=True, slots=True)
class State:
    """The store, the states of tenants, and the schedule of webhooks."""

    store: Store
    tenants: TenantRepository
    schedule: WakeUps


@dataclass(frozen=True, slots=True)
class Jobs:
    """The service that creates and finds jobs, and the media of those that have completed."""

    service: JobService
    media: MediaLibrary


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


def create_app(settings: Settings, clock: Clock | None = None) -> ASGIApp:
    """One server as an ASGI application; raises what ``build_server`` raises."""
    return build_server(settings, clock).application


def build_server(
    settings: Settings, clock: Clock | None = None, tally: Tally | None = None
) -> Server:
    """Build one server; with a ``clock``, all tenants share it.

    ``tally`` is where metrics are counted, if they are shared with other processes.

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
    state = build_state(settings, documents, clock)
    observability = build_observability(settings, tally or OwnTally())
    counters = observability.counters
    jobs = build_jobs(settings, documents.catalogue, state, counters)
    transport = build_transport(
        *(settings, reached, observability, jobs.media), dialect=documents.dialects.default
    )
    webhooks = build_webhooks(
        *(state.tenants, Targets(settings.webhooks.hosts, loopback=settings.local), state.schedule),
        timeout_s=settings.webhooks.timeout_s,
        counted=counters.attempted,
    )
    keys = KeyRing(settings.keys, documents.triggers)
    scenarios = ScenarioSelector(documents.scenarios, state.tenants.draw_job)
    examples = ExampleObjects(
        *(jobs.service, state.tenants, webhooks, documents.scenarios.known[DEFAULT]),
        examples=lambda dialect: documents.dialect_contracts.of(dialect).named_examples,
    )
    controls = Controls(
        tenants=state.tenants,
        scenarios=documents.scenarios,
        dialects=documents.dialects,
        keys=keys,
        admin_token=admin_token,
        reached=reached,
        webhooks=webhooks,
        jobs=JobActions(jobs.service, scenarios, state.tenants),
        fill_examples=examples.fill,
    )
    application = build_application(
        Parts(
            contract=documents.contract,
            contract_text=documents.contract_text,
            dialects=documents.dialects.known,
            dialect=documents.dialects.default,
            tenants=state.tenants,
            handlers=_handlers(documents, jobs, webhooks, scenarios),
            keys=keys,
            availability=jobs.service.availability,
            triggers=documents.triggers,
            limits=settings.body,
            cors=reached.origins.cors(),
            mounts={("_mock",): _beside(settings, state, transport.metrics, controls)},
            recorder=(
                Middleware(
                    Recorder,
                    journals=state.store,
                    limits=settings.journal,
                    hidden=settings.redact,
                    observers=observability.observers,
                ),
            ),
            media={
                ("media",): (
                    Middleware(
                        MediaLinks, jobs=jobs.service, tenants=state.tenants, media=jobs.media
                    ),
                )
            },
            faults=(
                Middleware(
                    FaultInjection,
                    tenants=state.tenants,
                    jobs=state.store,
                    triggers=documents.triggers,
                ),
            ),
            lifespan=_lifespan(jobs.media, webhooks.sender, state.store, counters),
            validate_responses=settings.validate_responses,
            partial=documents.partial,
            public_url=reached.public_url,
            dialect_contracts=documents.dialect_contracts,
            fill=examples.fill_for,
        )
    )
    return Server(
        application=application,
        tenants=state.tenants,
        jobs=jobs.service,
        scenarios=documents.scenarios,
        admin_token=admin_token,
        dialects=documents.dialects,
        guard=transport.guard,
        webhooks=webhooks,
    )


def _handlers(
    documents: Documents, jobs: Jobs, webhooks: WebhookService, scenarios: ScenarioSelector
) -> Mapping[str, Handler]:
    """The handlers of all operations of the contract."""
    contracts = documents.dialect_contracts
    own = handlers(
        *(jobs.service, jobs.media, scenarios, webhooks),
        contracts=lambda dialect: contracts.of(dialect).contract.document,
    )
    if not documents.partial:
        return own
    return handlers_for(contracts, own, Contract(documents.contract))


def read_documents(settings: Settings) -> Documents:
    """Read the contract and the data files that the settings name."""
    contract = load_contract(settings.contract)
    partial = settings.contract != openapi.CONTRACT
    catalogue = load_catalogue(settings.models)
    # The contract documents the models of the catalogue; a model of the user's pages may have no
    # row.
    coverage.extend(contract, catalogue)
    catalogue = coverage.completed(contract, catalogue)
    scenarios = _scenarios(settings)
    return Documents(
        contract=contract,
        contract_text=settings.contract.read_bytes(),
        partial=partial,
        catalogue=catalogue,
        scenarios=scenarios,
        dialects=_dialects(settings),
        triggers=_triggers(scenarios),
        dialect_contracts=DialectContracts(contract, partial=partial),
    )


def build_state(settings: Settings, documents: Documents, clock: Clock | None) -> State:
    """Open the store and the repository of tenants, with the defaults of the settings."""
    faults = tuple(_fault(text) for text in settings.faults)
    if limit := exceeded(faults):
        raise FaultError(f"--fault: {len(faults)} are given; there can be at most {limit}")
    defaults = TenantDefaults(
        clock=lambda: clock or TenantClock.start(settings.pace),
        scenarios=documents.scenarios,
        dialects=documents.dialects,
        seed=settings.seed,
        faults=faults,
        requests_mode=settings.requests,
    )
    store = open_store(settings.store, settings.retain, settings.snapshot, settings.snapshot_every)
    schedule = WakeUps()
    return State(store, TenantRepository(store, defaults, changed=schedule.wake), schedule)


def build_jobs(settings: Settings, catalogue: Catalogue, state: State, counters: Counters) -> Jobs:
    """The job service, and the library that renders media."""
    tenants = state.tenants
    media = MediaLibrary(
        max_bytes=settings.media.cache,
        workers=settings.media.workers,
        render=counters.counting(RENDERS, render),
    )
    service = JobService(
        *(state.store, catalogue, tenants.ids_of, tenants.polled, state.schedule.wake)
    )
    return Jobs(service, media)


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


def _beside(
    settings: Settings, state: State, metrics: Metrics, controls: Controls
) -> Sequence[Middleware]:
    """The middleware below ``/_mock``: probes, and the control API unless it is turned off."""
    token = None if settings.local else controls.admin_token
    probes = Middleware(Probes, store=state.store, metrics=metrics, admin_token=token)
    return (probes, Middleware(ControlMount, controls=controls)) if settings.control else (probes,)


def _admin_token(settings: Settings) -> str:
    if settings.admin_token is None:
        return secrets.token_urlsafe(_TOKEN_BYTES)
    return require_token(settings.admin_token, settings.keys or ())


def _scenarios(settings: Settings) -> Scenarios:
    known = load_scenarios(SHIPPED, *settings.scenarios)
    scenarios = Scenarios(known, known[DEFAULT])
    try:
        return replace(scenarios, default=scenarios.select(parse_selection(settings.scenario)))
    except ApiError as error:
        raise ScenarioError(f"--scenario {settings.scenario}: {error.message}") from error


def _triggers(scenarios: Scenarios) -> Triggers:
    try:
        return Triggers(scenarios.known)
    except TriggerError as error:
        raise ScenarioError(f"--scenarios: {error}") from error


def _fault(text: str) -> tuple[Fault, Match]:
    try:
        return read_fault(text)
    except FaultError as error:
        raise FaultError(f"--fault '{text}': {error}") from error


def _dialects(settings: Settings) -> Dialects:
    known = load_dialects(*settings.dialects)
    if settings.dialect not in known:
        raise DialectError(f"--dialect {settings.dialect}: known are {', '.join(sorted(known))}")
    return Dialects(known, known[settings.dialect])


def _lifespan(
    media: MediaLibrary, sender: Sender, store: Store, counters: Counters
) -> Callable[[Any], Any]:
    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        watchdog = Watchdog(counters.blocked)
        watchdog.start()
        store.start()
        sender.start()
        yield
        watchdog.close()
        await sender.close()
        media.close()
        await store.close()

    return lifespan
