"""Attempts to send a delivery, and the schedule by which they are retried.

The delays are the example of Standard Webhooks, on the tenant's clock. OpenAI's guide says that it
retries for up to 72 hours; its delays, and how it reacts to a request to slow down, are not
documented and therefore inferred.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from mock_server.domain.clock import stopwatch_us, wall_clock
from mock_server.domain.webhooks import Attempt, Delivery, DeliveryState, Endpoint, succeeded
from mock_server.tenants import TenantRepository
from mock_server.webhooks.endpoints import REMOVED, Endpoints
from mock_server.webhooks.post import Answer, Poster, body_of, headers_of

_SECOND, _MINUTE, _HOUR = 1000, 60_000, 3_600_000
WINDOW_MS = 72 * _HOUR
# The example ends with one more delay of 24 hours, which would exceed the 72.
DELAYS_MS = (
    *(5 * _SECOND, 5 * _MINUTE, 30 * _MINUTE),
    *(2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR),
)
_GONE = 410
# Standard Webhooks: the receiver is overloaded.
_SLOW_DOWN = frozenset({429, 502, 504})
# Attempts kept per delivery, which can be redelivered by hand any number of times.
_KEPT = 100
_DISABLED = "the endpoint answered 410 Gone and was disabled"
_UNSUBSCRIBED = "the endpoint no longer subscribes to this event type"
_MAX_ERROR_LENGTH = 500
# The job id of a sample event; no job has it. OpenAI's is not documented.
_SAMPLE_JOB = "video_sample"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Makes single attempts; ``counted`` is called with the result of each: ``2xx``, ``none``."""

    tenants: TenantRepository
    endpoints: Endpoints
    poster: Poster
    counted: Callable[[str], None]
    wall: Callable[[], int] = wall_clock

    async def make(self, claimed: Delivery) -> Delivery:
        """Send a claimed delivery once and store the outcome.

        Raises:
            StoreUnavailableError: the outcome could not be stored; the delivery is sent again when
                its claim expires.
        """
        tenant = claimed.tenant
        endpoint = await self.endpoints.find(tenant, claimed.endpoint_id)
        settled = await self._tried(claimed, endpoint)
        await self.tenants.store.outbox.settle(settled)
        last = settled.attempts[-1] if settled.attempts else None
        if last is not None and last.status == _GONE:
            await self.endpoints.disable(tenant, settled.endpoint_id, _DISABLED)
        return settled

    async def send(self, delivery: Delivery, endpoint: Endpoint) -> tuple[Attempt, Answer]:
        """Send one request; nothing is stored."""
        now = (await self.tenants.read(delivery.tenant)).clock.now()
        body = body_of(delivery)
        headers = headers_of(delivery, body, endpoint, now_ms=now, wall_ms=self.wall())
        began_us = stopwatch_us()
        answer = await self.poster.post(endpoint.url, body, headers)
        took_ms = (stopwatch_us() - began_us) // 1000
        # An error may quote what the receiver sent.
        error = None if answer.error is None else answer.error[:_MAX_ERROR_LENGTH]
        self.counted("none" if answer.status is None else f"{answer.status // 100}xx")
        return Attempt(at_ms=now, took_ms=took_ms, status=answer.status, error=error), answer

    async def send_sample(self, tenant: str, endpoint: Endpoint, event_type: str) -> Attempt:
        """Send a sample event that happens now; nothing is stored and nothing retried."""
        now = (await self.tenants.read(tenant)).clock.now()
        sample = Delivery(
            tenant=tenant,
            event_id=f"evt_{uuid4().hex}",
            event_type=event_type,
            job_id=_SAMPLE_JOB,
            endpoint_id=endpoint.id,
            happened_ms=now,
            due_ms=now,
        )
        attempt, _ = await self.send(sample, endpoint)
        return attempt

    async def _tried(self, claimed: Delivery, endpoint: Endpoint | None) -> Delivery:
        if endpoint is None or not endpoint.wants(claimed.event_type):
            reason = REMOVED if endpoint is None else endpoint.disabled or _UNSUBSCRIBED
            return replace(claimed, state=DeliveryState.DROPPED, reason=reason)
        attempt, answer = await self.send(claimed, endpoint)
        settled = with_attempt(claimed, attempt, answer)
        if settled.state is not DeliveryState.DELIVERED:
            why = attempt.error or f"the endpoint answered {attempt.status}"
            _log.info("webhook %s was not delivered: %s", claimed.id, why)
        return settled


def with_attempt(delivery: Delivery, attempt: Attempt, answer: Answer) -> Delivery:
    """The delivery after one more attempt: ended, or due again after a delay."""
    tried = replace(delivery, attempts=(*delivery.attempts, attempt)[-_KEPT:])
    if succeeded(answer.status):
        return replace(tried, state=DeliveryState.DELIVERED)
    if answer.status == _GONE:
        return _ended(tried, DeliveryState.DROPPED, "the endpoint answered 410 Gone")
    if answer.refused:
        return _ended(tried, DeliveryState.FAILED, answer.error or "")
    made = len(tried.attempts)
    if made > len(DELAYS_MS):
        return _ended(tried, DeliveryState.FAILED, f"{made} attempts failed")
    # An overloaded receiver gets the delay after the next one.
    step = made if answer.status in _SLOW_DOWN else made - 1
    delay = DELAYS_MS[min(step, len(DELAYS_MS) - 1)]
    due_ms = attempt.at_ms + max(delay, answer.retry_after_ms or 0)
    # The window starts with the first attempt: the clock may have jumped days before that.
    if due_ms > tried.attempts[0].at_ms + WINDOW_MS:
        reason = f"{made} attempts failed, and the next would be after 72 hours"
        return _ended(tried, DeliveryState.FAILED, reason)
    return replace(tried, due_ms=due_ms)


def _ended(delivery: Delivery, state: DeliveryState, reason: str) -> Delivery:
    return replace(delivery, state=state, reason=reason)
