"""One attempt: what is claimed is sent, and what came of it is put in its place."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from mock_server.domain.clock import stopwatch_us, wall_clock
from mock_server.domain.webhooks import Attempt, Delivery, DeliveryState, Endpoint
from mock_server.tenants import TenantRepository
from mock_server.webhooks import schedule
from mock_server.webhooks.endpoints import REMOVED, Endpoints
from mock_server.webhooks.message import body_of, headers_of
from mock_server.webhooks.post import Answer, Poster

_DISABLED = "the endpoint answered 410 Gone and was disabled"
_UNWANTED = "the endpoint does not want such events any more"
# Characters.
_LONGEST_ERROR = 500
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Makes attempts; ``counted`` counts them by the class of their status."""

    tenants: TenantRepository
    endpoints: Endpoints
    poster: Poster
    counted: Callable[[str], None]
    wall: Callable[[], int] = wall_clock

    async def make(self, claimed: Delivery) -> Delivery:
        """Send a delivery that is claimed; what became of it.

        Raises:
            StoreUnavailableError: nobody knows what became of it; it is sent again when the claim
                ends.
        """
        tenant = claimed.tenant
        endpoint = await self.endpoints.find(tenant, claimed.endpoint_id)
        settled = await self._tried(claimed, endpoint)
        await self.tenants.store.outbox.settle(settled)
        last = settled.attempts[-1] if settled.attempts else None
        if last is not None and last.status == schedule.GONE:
            await self.endpoints.disable(tenant, settled.endpoint_id, _DISABLED)
        return settled

    async def send(self, delivery: Delivery, endpoint: Endpoint) -> tuple[Attempt, Answer]:
        """Make one request, whatever is kept of it."""
        now = (await self.tenants.read(delivery.tenant)).clock.now()
        body = body_of(delivery)
        headers = headers_of(delivery, body, endpoint, now_ms=now, wall_ms=self.wall())
        began_us = stopwatch_us()
        answer = await self.poster.post(endpoint.url, body, headers)
        took_ms = (stopwatch_us() - began_us) // 1000
        # It may repeat what the receiver sent.
        error = None if answer.error is None else answer.error[:_LONGEST_ERROR]
        self.counted("none" if answer.status is None else f"{answer.status // 100}xx")
        return Attempt(at_ms=now, took_ms=took_ms, status=answer.status, error=error), answer

    async def _tried(self, claimed: Delivery, endpoint: Endpoint | None) -> Delivery:
        if endpoint is None or not endpoint.wants(claimed.event_type):
            reason = REMOVED if endpoint is None else endpoint.disabled or _UNWANTED
            return replace(claimed, state=DeliveryState.DROPPED, reason=reason)
        attempt, answer = await self.send(claimed, endpoint)
        settled = schedule.after(claimed, attempt, answer)
        if settled.state is not DeliveryState.DELIVERED:
            told = attempt.error or f"it answered {attempt.status}"
            _log.info("webhook %s was not delivered: %s", claimed.id, told)
        return settled
