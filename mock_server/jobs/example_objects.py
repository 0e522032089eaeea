"""Creates the jobs, the character and the webhook endpoint that the contract's examples name.

Collections and testers generated from the contract send its examples unchanged: their first request
may ask for a video that only an example names.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mock_server.domain.job import Character, Cost, Job, Order
from mock_server.domain.scenario import Scenario
from mock_server.http.errors import ApiError
from mock_server.http.exchange import Inbound
from mock_server.jobs.formats import videos
from mock_server.jobs.service import JobService
from mock_server.tenants import TenantRepository
from mock_server.webhooks import WebhookService
from openapi.catalogue.models import Catalogue, Model, inferred_model
from openapi.dialects.dialect import Dialect
from openapi.editions.named import NamedExamples

_ReadOrder = Callable[[Mapping[str, Any], Model, Catalogue], Order]


class NamedJob(NamedTuple):
    """A job that examples name: the operation and parameter that do, and what creates such jobs."""

    parameter: tuple[str, str]
    creator: str
    read_order: _ReadOrder


_VIDEO = NamedJob(("retrieveVideo", "video_id"), "createVideo", videos.read_order)
_CHARACTER = ("getVideoCharacter", "character_id")
_ENDPOINT = ("retrieveWebhookEndpoint", "webhook_endpoint_id")
_SOURCE = "example"
# Nobody ordered them.
_FREE = Cost(price=0)
_TOKEN_DIGITS = 32


@dataclass(frozen=True, slots=True)
class ExampleObjects:
    """Fills tenants with what the examples name.

    ``scenario`` is what the jobs followed; ``examples`` returns the examples of a dialect, and
    ``described`` are jobs besides that of ``/v1/videos``.
    """

    jobs: JobService
    tenants: TenantRepository
    webhooks: WebhookService
    scenario: Scenario
    examples: Callable[[Dialect], NamedExamples]
    described: Sequence[NamedJob] = ()
    _filling: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fill(self, tenant: str) -> dict[str, list[str]]:
        """Create what the tenant lacks, and return the ids by kind.

        The jobs have completed, and their content does not expire. What the tenant cannot have is
        left out: an endpoint whose URL is not allowed, or one too many.
        """
        state = await self.tenants.read(tenant)
        named = await asyncio.to_thread(self.examples, state.dialect)
        now = state.clock.now()
        async with self._filling:
            return {
                "jobs": [
                    await self._job(
                        tenant, now, job_id, read_order(fields, *self._model(fields, state.dialect))
                    )
                    for parameter, creator, read_order in (_VIDEO, *self.described)
                    if (job_id := named.parameter(*parameter)) is not None
                    and (fields := named.request(creator)) is not None
                ],
                "characters": await self._character(tenant, now, named.parameter(*_CHARACTER)),
                "webhook_endpoints": await self._endpoint(tenant, named),
            }

    async def fill_for(self, request: Inbound) -> bool:
        """Fill the tenant of a request that names one of the ids; whether it does."""
        named = await asyncio.to_thread(self.examples, request.dialect)
        jobs = (each.parameter for each in (_VIDEO, *self.described))
        ids = {named.parameter(*each) for each in (*jobs, _CHARACTER, _ENDPOINT)} - {None}
        if ids.isdisjoint(_texts(request)):
            return False
        await self.fill(request.tenant)
        return True

    def _model(self, fields: Mapping[str, Any], dialect: Dialect) -> tuple[Model, Catalogue]:
        catalogue = self.jobs.catalogue
        name = fields.get("model") or dialect.default_model or next(iter(catalogue.models))
        return catalogue.models.get(name) or inferred_model(name), catalogue

    async def _job(self, tenant: str, now: int, job_id: str, order: Order) -> str:
        store = self.jobs.store
        if await store.get(tenant, job_id) is None:
            token = (await self.jobs.ids_of(tenant)).hexadecimal(_TOKEN_DIGITS)
            ended = self.scenario.timeline(queued_ms=0, running_ms=0, retention_ms=None)
            await store.add(
                Job(
                    id=job_id,
                    tenant=tenant,
                    order=order,
                    created_ms=now,
                    timeline=ended,
                    token=token,
                    cost=_FREE,
                )
            )
        return job_id

    async def _character(self, tenant: str, now: int, character_id: str | None) -> list[str]:
        store = self.jobs.store
        if character_id is None:
            return []
        if await store.get_character(tenant, character_id) is None:
            added = await store.add_character(
                Character(
                    id=character_id,
                    tenant=tenant,
                    name=_SOURCE,
                    created_ms=now,
                    source=_SOURCE,
                )
            )
            return [character_id] if added else []
        return [character_id]

    async def _endpoint(self, tenant: str, named: NamedExamples) -> list[str]:
        endpoint_id = named.parameter(*_ENDPOINT)
        fields = named.request("createWebhookEndpoint")
        if endpoint_id is None or fields is None:
            return []
        if await self.webhooks.endpoints.find(tenant, endpoint_id) is not None:
            return [endpoint_id]
        with suppress(ApiError):
            return [(await self.webhooks.create(tenant, fields, endpoint_id=endpoint_id)).id]
        return []


def _texts(request: Inbound) -> Iterator[str]:
    """The texts of the path, the query and the body that may be an id."""
    fields = request.body.fields.values()
    inner = (value for each in fields if isinstance(each, Mapping) for value in each.values())
    for value in (*request.path.values(), *request.query.values(), *fields, *inner):
        if isinstance(value, str):
            yield value
