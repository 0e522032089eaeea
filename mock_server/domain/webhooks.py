"""Webhooks as facts: who is told of a job's end, and what became of the telling.

The events are those of OpenAI's video guide; the states, and what a record holds, are this
product's own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from mock_server.domain.job import Job, Stage, ends_ms

VIDEO_COMPLETED, VIDEO_FAILED = "video.completed", "video.failed"
EVENTS = (VIDEO_COMPLETED, VIDEO_FAILED)
# So many records of a tenant's deliveries that are over are kept, the newest.
KEPT = 1000
_OK = range(200, 300)
# As long as the ids that OpenAI's documentation shows.
_EVENT_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address that wants to be told of events. Instants are of its tenant's clock.

    ``secret`` is written ``whsec_`` and base64; ``old_secret`` signs as well until
    ``old_until_ms``. ``disabled`` says why nothing is sent there; None where it is.
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
        """The secrets that a message is signed with at an instant, the newest first."""
        old = self.old_secret if now_ms < self.old_until_ms else None
        return (self.secret,) if old is None else (self.secret, old)

    def wants(self, event_type: str) -> bool:
        """Whether it is to be told of such events."""
        return self.disabled is None and event_type in self.event_types


class DeliveryState(StrEnum):
    """What became of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    # Every attempt failed.
    FAILED = "failed"
    # It was given up without having been tried to the end.
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request to an endpoint, at an instant of the tenant's clock.

    ``status`` is that of the answer; without one ``error`` says what went wrong.
    """

    at_ms: int
    took_ms: int = 0
    status: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint. Instants are of the tenant's clock.

    ``happened_ms`` is when the event happens, ``due_ms`` when the next attempt is. ``reason`` says
    why it is over, where it was not delivered.
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
        """What tells it from the tenant's others: there is one of an event for an endpoint."""
        return f"{self.event_id}.{self.endpoint_id}"


def succeeded(status: int | None) -> bool:
    """Whether an event was taken; a redirect is not followed, and counts as a failure."""
    return status is not None and status in _OK


def event_id(job: Job) -> str:
    """The id of the event that is a job's end: the same for all endpoints and attempts.

    The job's token is a secret, so it is not shown but hashed.
    """
    return f"evt_{sha256(f'{job.id}/{job.token}'.encode()).hexdigest()[:_EVENT_DIGITS]}"


def deliveries(job: Job, endpoints: Iterable[Endpoint]) -> Iterator[Delivery]:
    """What is to be sent when a job ends; nothing for a job that never does."""
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
