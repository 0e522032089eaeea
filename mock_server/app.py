"""The composition root: builds every part of a server once and puts them together."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from starlette.types import ASGIApp

import openapi
from mock_server.cli.keys_file import require_token
from mock_server.control.mount import Beside, Controls
from mock_server.domain.clock import Clock, TenantClock
from mock_server.faults.active import Match, exceeded
from mock_server.faults.fault import Fault
from mock_server.faults.parse import FaultError, read_fault
from mock_server.http.address import addresses
from mock_server.http.connexion.application import Parts, build_application
from mock_server.http.dialect_contracts import DialectContracts, ResponseDialect
from mock_server.http.errors import ApiError
from mock_server.http.middleware.fault_injection import fault_injection
from mock_server.http.middleware.recording import Recorder
from mock_server.http.security import KeyRing
from mock_server.jobs.handlers import handlers
from mock_server.jobs.media_links import MediaLinks
from mock_server.jobs.service import JobService
from mock_server.media import MediaLibrary, render
from mock_server.observability.access_log import access_log
from mock_server.observability.counters import RENDERS, Counters
from mock_server.observability.health import Probes
from mock_server.observability.metrics import Metrics
from mock_server.observability.tally import OwnTally, Tally
from mock_server.observability.watchdog import Watchdog
from mock_server.scenarios import DEFAULT, SHIPPED, ScenarioError
from mock_server.scenarios.parsing import load_scenarios
from mock_server.scenarios.selection import Scenarios, ScenarioSelector, read_course
from mock_server.settings import Settings
from mock_server.stores import Store, open_store
from mock_server.tenants import TenantDefaults, TenantRepository
from mock_server.tenants.defaults import DialectError, Dialects
from mock_server.tenants.triggers import TriggerError, Triggers
from mock_server.transport.connections import Guard
from mock_server.webhooks import Sender, Targets, WebhookService, build_webhooks
from openapi import coverage
from openapi.catalogue.models import Catalogue, load_catalogue
from openapi.contract.document import load_contract
from openapi.dialects.loading import load_dialects

_TOKEN_BYTES = 18


@dataclass(frozen=True, slots=True)
class Server:
    """One server: the ASGI application, and what stands behind it for those in the same process."""

    application: ASGIApp
    tenants: TenantRepository
    jobs: JobService
    scenarios: Scenarios
    admin_token: str
    dialects: Dialects
    guard: Guard
    webhooks: WebhookService


def create_app(settings: Settings, clock: Clock | None = None) -> ASGIApp:
    """One server as an ASGI application; raises what ``build_server`` raises."""
    return build_server(settings, clock).application


def build_server(
    settings: Settings, clock: Clock | None = None, tally: Tally | None = None
) -> Server:
    """One server; ``clock`` is for all tenants, in place of a clock of their own.

    ``tally`` is where it counts what metrics tell, when that is shared with other processes.

    Raises:
        SpecError: the contract, the catalogue or a dialect cannot be read.
        StartError: the contract and the handlers do not match.
        ScenarioError: the settings name a scenario that nobody knows, or one has a name that is
            taken.
        FaultError: a fault cannot be set like that.
        DialectError: the settings name a dialect that nobody knows.
        StoreError: the store cannot be opened.
        TargetError: a host for webhooks is none.
        AddressError: a host, an origin or the public URL is none.
        KeysError: the admin token cannot be sent, or is a key.
    """
    admin_token = _admin_token(settings)
    reached = addresses(settings)
    contract = load_contract(settings.contract)
    catalogue = _catalogue(settings, contract)
    scenarios, dialects = _scenarios(settings), _dialects(settings)
    words = _words(scenarios)
    store = open_store(settings.store, settings.retain, settings.snapshot, settings.snapshot_every)
    tenants = TenantRepository(store, _beginning(settings, scenarios, dialects, clock))
    counters = Counters(tally := tally or OwnTally())
    webhooks = build_webhooks(
        *(tenants, Targets(settings.webhook_hosts, loopback=settings.local)),
        timeout_s=settings.webhook_timeout,
        counted=counters.attempted,
    )
    jobs = JobService(store, catalogue, tenants.ids_of, tenants.polled, webhooks.sender.wake)
    keys = KeyRing(settings.keys, words)
    response_dialect = ResponseDialect(dialects.default)
    observers = (counters, *access_log(settings.log_format, response_dialect))
    guard = Guard(
        *(settings.connection_limits, response_dialect, observers, counters.refused),
        hosts=reached.hosts,
        marks=reached.origins.lines,
    )
    media = MediaLibrary(
        max_bytes=settings.media_cache,
        workers=settings.render_workers,
        render=counters.counting(RENDERS, render),
    )
    metrics = Metrics(tally, guard, media)
    guard.each_tick = metrics.publish
    dialect_contracts = DialectContracts(contract, partial=settings.contract != openapi.CONTRACT)
    gateway = build_application(
        Parts(
            contract=contract,
            contract_text=settings.contract.read_bytes(),
            dialects=dialects.known,
            dialect=dialects.default,
            tenants=tenants,
            handlers=handlers(
                *(
                    jobs,
                    media,
                    ScenarioSelector(scenarios, tenants.draw_job),
                    webhooks,
                ),
                contracts=lambda dialect: dialect_contracts.of(dialect).contract,
            ),
            keys=keys,
            availability=jobs.availability,
            words=words,
            limits=settings.body_limits,
            journal=Recorder(store, settings.journal_limits, settings.redact, observers).around,
            outer=(MediaLinks(jobs, tenants, media).around,),
            inner=lambda render: (fault_injection(tenants, jobs, words, render),),
            lifespan=_living(media, webhooks.sender, store, counters),
            validate_responses=settings.validate_responses,
            partial=settings.contract != openapi.CONTRACT,
            public_url=reached.public_url,
            dialect_contracts=dialect_contracts,
        )
    )
    probes = Probes(
        store=store,
        metrics=metrics,
        response_dialect=response_dialect,
        admin_token=None if settings.local else admin_token,
    )
    controls = Controls(
        tenants=tenants,
        scenarios=scenarios,
        dialects=dialects,
        keys=keys,
        admin_token=admin_token,
        reached=reached,
        webhooks=webhooks,
    )
    beside = Beside(gateway, controls) if settings.control else gateway
    application = reached.origins.around(probes.around(beside))
    return Server(application, tenants, jobs, scenarios, admin_token, dialects, guard, webhooks)


def _admin_token(settings: Settings) -> str:
    if settings.admin_token is None:
        return secrets.token_urlsafe(_TOKEN_BYTES)
    return require_token(settings.admin_token, settings.keys or ())


def _catalogue(settings: Settings, contract: dict[str, Any]) -> Catalogue:
    """The models there are, each known to the contract and the other way round."""
    catalogue = load_catalogue(settings.models)
    coverage.extend(contract, catalogue)
    coverage.require_rows(contract, catalogue)
    return catalogue


def _beginning(
    settings: Settings, scenarios: Scenarios, dialects: Dialects, clock: Clock | None
) -> TenantDefaults:
    faults = tuple(_fault(text) for text in settings.faults)
    if limit := exceeded(faults):
        raise FaultError(f"--fault: {len(faults)} are given; there can be at most {limit}")
    return TenantDefaults(
        clock=lambda: clock or TenantClock.start(settings.pace),
        scenarios=scenarios,
        dialects=dialects,
        seed=settings.seed,
        faults=faults,
        requests_mode=settings.requests,
    )


def _scenarios(settings: Settings) -> Scenarios:
    known = load_scenarios(SHIPPED, *settings.scenarios)
    scenarios = Scenarios(known, known[DEFAULT])
    try:
        return replace(scenarios, default=scenarios.course(read_course(settings.scenario)))
    except ApiError as error:
        raise ScenarioError(f"--scenario {settings.scenario}: {error.message}") from error


def _words(scenarios: Scenarios) -> Triggers:
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


def _living(
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
