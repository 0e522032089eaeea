"""The webhook message: OpenAI's event body, signed by Standard Webhooks."""

import base64
import random
from datetime import UTC, datetime

import orjson
from standardwebhooks import Webhook

from mock_server.domain.webhooks import Delivery, Endpoint

# Standard Webhooks recommends 24 to 64 bytes.
_SECRET_BYTES = 32
_SECRET_PREFIX = "whsec_"
_USER_AGENT = "video-gateway-mock"


def new_secret(source: random.Random) -> str:
    """A signing secret: ``whsec_`` and base64."""
    return _SECRET_PREFIX + base64.b64encode(source.randbytes(_SECRET_BYTES)).decode()


def body_of(delivery: Delivery) -> bytes:
    """The event; it has the id of the job and no other data of it."""
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
    """The headers of an event; ``now_ms`` on the tenant's clock decides which secrets are valid.

    The timestamp is real time, not the tenant's: receivers reject a message whose timestamp is more
    than five minutes off their own clock.
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
