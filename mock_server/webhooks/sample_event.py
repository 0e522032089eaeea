"""Sends an endpoint a sample event: once, at once, and without a trace in any outbox."""

from uuid import uuid4

from mock_server.domain.webhooks import Attempt, Delivery, Endpoint
from mock_server.webhooks.attempts import Attempts

# No job has it. What OpenAI's samples hold is not on record.
_JOB = "video_sample"


async def send_sample(
    attempts: Attempts, tenant: str, endpoint: Endpoint, event_type: str
) -> Attempt:
    """What comes of an event of that type, as if it happened now."""
    now = (await attempts.tenants.read(tenant)).clock.now()
    sample = Delivery(
        tenant=tenant,
        event_id=f"evt_{uuid4().hex}",
        event_type=event_type,
        job_id=_JOB,
        endpoint_id=endpoint.id,
        happened_ms=now,
        due_ms=now,
    )
    attempt, _ = await attempts.send(sample, endpoint)
    return attempt
