"""A server with one part replaced, for tests of what happens when that part is broken."""

import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import openapi
from mock_server.app import build_server
from mock_server.domain.clock import ManualClock
from mock_server.domain.ids import IdSource
from mock_server.domain.scenario import Mix, Scenario
from mock_server.http.connexion.application import Application, Parts, build_application
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.http.limits import BodyLimits
from mock_server.http.security import KeyRing
from mock_server.jobs.actions import JobActions
from mock_server.jobs.described.handlers import DescribedJobs
from mock_server.jobs.handlers import handlers
from mock_server.jobs.handlers.read import ReadHandlers
from mock_server.jobs.service import JobService
from mock_server.media import MediaLibrary
from mock_server.scenarios.selection import ScenarioSelector, shipped
from mock_server.settings import Settings
from mock_server.stores import MemoryStore
from mock_server.tenants import TenantState
from mock_server.tenants.triggers import Triggers
from openapi.catalogue.models import Catalogue, load_catalogue
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from openapi.dialects import DEFAULT
from openapi.dialects.loading import load_dialects
from tests.mock_server.inprocess import START_MS

DIALECTS = load_dialects()


@asynccontextmanager
async def _nothing(_application: Any) -> AsyncIterator[None]:
    yield


def selector() -> ScenarioSelector:
    """Chooses among the shipped scenarios; every tenant begins with the usual one."""
    scenarios = shipped()

    ids = IdSource(random.Random(1))

    async def draw(_tenant: str, scenario: Scenario | Mix) -> tuple[Scenario, IdSource]:
        assert isinstance(scenario, Scenario)
        return scenario, ids

    return ScenarioSelector(scenarios, draw)


def empty_service(catalogue: Catalogue) -> JobService:
    """A job service with an empty store and repeatable ids."""
    ids = IdSource(random.Random(1))

    async def ids_of(_tenant: str) -> IdSource:
        return ids

    async def polled(_tenant: str) -> None:
        """Nothing: no clock here steps."""

    return JobService(MemoryStore(), catalogue, ids_of, polled)


class OneState:
    """The same state for every tenant, now and before."""

    def __init__(self, state: TenantState) -> None:
        self._state = state

    async def read(self, _tenant: str) -> TenantState:
        """The state."""
        return self._state

    async def name(self, _tenant: str, _key_end: str) -> TenantState:
        """The same for everyone."""
        return self._state

    def remembered(self, _tenant: str) -> TenantState:
        """The state."""
        return self._state


def standard_handlers() -> dict[str, Handler]:
    """The handlers of a server with an empty store."""
    jobs = empty_service(load_catalogue(openapi.MODELS))
    server = build_server(Settings())
    media = MediaLibrary(max_bytes=1000, workers=1)
    contract = load_contract(openapi.CONTRACT)
    described = DescribedJobs(Contract(contract))
    reading = ReadHandlers(jobs, media, described.replies["queryUnifiedVideo"])
    return {
        **handlers(jobs, reading, selector(), server.webhooks, contracts=lambda _dialect: contract),
        **described.handlers(JobActions(jobs, selector(), server.tenants), reading),
    }


def application(replaced: Mapping[str, Handler], **changed: Any) -> Application:
    """A server that validates its answers, with some handlers replaced and some parts changed."""
    parts: dict[str, Any] = {
        "contract": load_contract(openapi.CONTRACT),
        "contract_text": b"",
        "dialects": DIALECTS,
        "dialect": DIALECTS[DEFAULT],
        "tenants": OneState(
            TenantState(
                tenant="", clock=ManualClock(START_MS), scenario=Mix(()), dialect=DIALECTS[DEFAULT]
            )
        ),
        "handlers": {**standard_handlers(), **replaced},
        "keys": KeyRing(None),
        "availability": lambda _model: None,
        "triggers": Triggers(()),
        "limits": BodyLimits(size=1000),
        "lifespan": _nothing,
        "validate_responses": True,
        "partial": False,
    }
    return build_application(Parts(**{**parts, **changed}))


def answering(content: Any, **more: Any) -> Handler:
    """A handler that always gives the same JSON answer."""

    async def handle(_request: Inbound) -> JsonReply:
        return JsonReply(content, **more)

    return handle
