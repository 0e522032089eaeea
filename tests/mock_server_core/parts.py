"""A server with one part replaced, for tests of what happens when that part is broken."""

import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import openapi
from mock_server.desk import Desk
from mock_server.domain.clock import ManualClock
from mock_server.domain.ids import IdSource
from mock_server.exchange import Handler, Inbound, JsonReply
from mock_server.handlers.table import handlers
from mock_server.limits import BodyLimits
from mock_server.magic import Vocabulary
from mock_server.media import MediaLibrary
from mock_server.scenarios.choosing import Chooser, shipped
from mock_server.serving.application import Application, Parts, build_application
from mock_server.serving.security import KeyRing
from mock_server.stores import MemoryStore
from openapi.catalogue import load_catalogue
from openapi.contract import load_contract
from openapi.dialects import DEFAULT
from openapi.dialects.loading import load_dialects
from tests.mock_server_core.inprocess import START_MS

DIALECTS = load_dialects()


@asynccontextmanager
async def _nothing(_application: Any) -> AsyncIterator[None]:
    yield


def chooser() -> Chooser:
    """Chooses among the shipped scenarios; every tenant begins with the usual one."""
    scenarios = shipped()
    return Chooser(scenarios, lambda _tenant: scenarios.known["happy"])


def standard_handlers() -> dict[str, Handler]:
    """The handlers of a server with an empty store."""
    clock = ManualClock(START_MS)
    desk = Desk(
        MemoryStore(),
        load_catalogue(openapi.MODELS),
        lambda _tenant: IdSource(random.Random(1)),
        lambda _tenant: clock,
    )
    return handlers(desk, MediaLibrary(max_bytes=1000, workers=1), chooser())


def application(replaced: Mapping[str, Handler], **changed: Any) -> Application:
    """A server that validates its answers, with some handlers replaced and some parts changed."""
    parts: dict[str, Any] = {
        "contract": load_contract(openapi.CONTRACT),
        "contract_text": b"",
        "dialects": DIALECTS,
        "dialect": DIALECTS[DEFAULT],
        "dialect_of": lambda _tenant: DIALECTS[DEFAULT],
        "handlers": {**standard_handlers(), **replaced},
        "keys": KeyRing(None),
        "now": lambda _tenant: START_MS,
        "availability": lambda _model: None,
        "words": Vocabulary(()),
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
