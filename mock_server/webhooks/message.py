"""What is sent: the event as OpenAI's video guide shows it, signed as Standard Webhooks has it."""

import base64
import random
from datetime import UTC, datetime

import orjson
from standardwebhooks import Webhook

from mock_server.domain.webhooks import Delivery, Endpoint

# Standard Webhooks asks for 24 to 64 bytes.
_SECRET_BYTES = 32
_SECRET_PREFIX = "whsec_"
_USER_AGENT = "video-gateway-mock"


def new_secret(source: random.Random) -> str:
    """A signing secret, written ``whsec_`` and base64."""
    return _SECRET_PREFIX + base64.b64encode(source.randbytes(_SECRET_BYTES)).decode()


def body_of(delivery: Delivery) -> bytes:
    """The event: it names the job, and whoever wants to know more asks for that."""
    return orjson.dumps(
        {
            "id": delivery.event_id,
            "object": "event",
            "created_at": delivery.happened_ms // 1000,
            "type": delivery.event_type,
            "data": {"id": delivery.job_id},
        }
    )


def headers_of(
    delivery: Delivery, body: bytes, endpoint: Endpoint, *, now_ms: int, wall_ms: int
) -> dict[str, str]:
    """What an event is sent with; ``now_ms`` on the tenant's clock says which secrets count.

    The timestamp is real time, whatever the tenant's clock says: receivers refuse a message that is
    more than five minutes away from their own clock.
    """
    sent = datetime.fromtimestamp(wall_ms // 1000, UTC)
    text = body.decode()
    signatures = (
        Webhook(secret).sign(delivery.event_id, sent, text) for secret in endpoint.secrets(now_ms)
    )
    return {
        "content-type": "application/json",
        "user-agent": _USER_AGENT,
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(wall_ms // 1000),
        "webhook-signature": " ".join(signatures),
    }
