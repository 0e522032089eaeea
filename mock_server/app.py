"""The composition root: builds every part of a server once and puts them together."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import openapi
from mock_server.desk import Desk
from mock_server.domain.clock import Clock, RealClock, ScaledClock
from mock_server.domain.ids import IdSource
from mock_server.handlers.table import handlers
from mock_server.links import MediaLinks
from mock_server.media import MediaLibrary
from mock_server.serving.application import Application, Parts, build_application
from mock_server.serving.security import KeyRing
from mock_server.settings import Settings
from mock_server.stores import open_store
from openapi import coverage
from openapi.catalogue import load_catalogue
from openapi.contract import load_contract


def create_app(settings: Settings, clock: Clock | None = None) -> Application:
    """One server as an ASGI application; ``clock`` replaces the one the settings ask for.

    Raises:
        SpecError: the contract or the catalogue cannot be read.
        StartError: the contract and the handlers do not match.
        StoreError: the store cannot be opened.
    """
    contract = load_contract(settings.contract)
    catalogue = load_catalogue(settings.models)
    coverage.extend(contract, catalogue)
    coverage.require_rows(contract, catalogue)
    clock = clock or _clock(settings)
    desk = Desk(open_store(settings.store), catalogue, _ids(settings), _same_for_all(clock))
    media = MediaLibrary(max_bytes=settings.media_cache, workers=settings.render_workers)
    return build_application(
        Parts(
            contract=contract,
            contract_text=settings.contract.read_bytes(),
            handlers=handlers(desk, media),
            keys=KeyRing(settings.keys),
            now=lambda tenant: desk.clock_of(tenant).now(),
            availability=desk.availability,
            max_body=settings.max_body,
            public=MediaLinks(desk, media).around,
            lifespan=_closing(media),
            validate_responses=settings.validate_responses,
            partial=settings.contract != openapi.CONTRACT,
        )
    )


def _clock(settings: Settings) -> Clock:
    return RealClock() if settings.speed == 1 else ScaledClock(settings.speed)


def _same_for_all(clock: Clock) -> Callable[[str], Clock]:
    return lambda _tenant: clock


def _ids(settings: Settings) -> IdSource:
    seeded = settings.seed is not None
    return IdSource(random.Random(settings.seed) if seeded else random.SystemRandom())


def _closing(media: MediaLibrary) -> Callable[[Any], Any]:
    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        yield
        media.close()

    return lifespan
