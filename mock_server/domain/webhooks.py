"""Webhook endpoints, the events that a job's end causes, and their deliveries.

The events are those of OpenAI's video guide; the states and the records of deliveries are this
product's own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from mock_server.domain.job import Job, Stage, ends_ms

VIDEO_COMPLETED, VIDEO_FAILED = "video.completed", "video.failed"
EVENTS = (VIDEO_COMPLETED, VIDEO_FAILED)
# How many records of ended deliveries are kept for each tenant, the newest.
KEPT = 1000
_OK = range(200, 300)
# As long as the ids that OpenAI's documentation shows.
_EVENT_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A URL that subscribes to event types. Instants are of its tenant's clock.

    ``secret`` is ``whsec_`` and base64; until ``old_until_ms`` messages are signed with
    ``old_secret`` too. ``disabled`` is the reason why nothing is sent; None if it is enabled.
    """

    id: str
    name: str
    url: str
    event_types: tuple[str, ...]
    secret: str
    created_ms: int
    updated_ms: int
    old_secret: str | None = None
    old_until_ms: int = 0
    disabled: str | None = None

    def secrets(self, now_ms: int) -> tuple[str, ...]:
        """The secrets to sign a message with at an instant, the newest first."""
        old = self.old_secret if now_ms < self.old_until_ms else None
        return (self.secret,) if old is None else (self.secret, old)

    def wants(self, event_type: str) -> bool:
        """Whether events of this type are sent to it."""
        return self.disabled is None and event_type in self.event_types


class DeliveryState(StrEnum):
    """The state of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    # Every attempt failed.
    FAILED = "failed"
    # It was cancelled before all attempts were made.
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request to an endpoint, at an instant of the tenant's clock.

    ``status`` is that of the response; without a response, ``error`` is the reason.
    """

    at_ms: int
    took_ms: int = 0
    status: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint. Instants are of the tenant's clock.

    ``happened_ms`` is when the event happens, ``due_ms`` when the next attempt is due. ``reason``
    says why it ended, unless it was delivered.
    """

    tenant: str
    event_id: str
    event_type: str
    job_id: str
    endpoint_id: str
    happened_ms: int
    due_ms: int
    attempts: tuple[Attempt, ...] = ()
    state: DeliveryState = DeliveryState.PENDING
    reason: str | None = None

    @property
    def id(self) -> str:
        """Its id, unique within the tenant: one event has one delivery for each endpoint."""
        return f"{self.event_id}.{self.endpoint_id}"


def succeeded(status: int | None) -> bool:
    """Whether a status means success. Redirects are not followed and count as failures."""
    return status is not None and status in _OK


def event_id(job: Job) -> str:
    """The id of the event of a job's end, the same for all endpoints and attempts.

    It is a hash, because the job's token is a secret.
    """
    return f"evt_{sha256(f'{job.id}/{job.token}'.encode()).hexdigest()[:_EVENT_DIGITS]}"


def deliveries(job: Job, endpoints: Iterable[Endpoint]) -> Iterator[Delivery]:
    """The deliveries of a job's end; none for a job that never ends."""
    end = ends_ms(job)
    if end is None:
        return
    event_type = VIDEO_COMPLETED if job.timeline.outcome is Stage.COMPLETED else VIDEO_FAILED
    for endpoint in endpoints:
        if endpoint.wants(event_type):
            yield Delivery(
                tenant=job.tenant,
                event_id=event_id(job),
                event_type=event_type,
                job_id=job.id,
                endpoint_id=endpoint.id,
                happened_ms=end,
                due_ms=end,
            )
