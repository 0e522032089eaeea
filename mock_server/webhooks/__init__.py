"""Tells webhook endpoints of jobs that have ended: signed, retried, at least once."""

from mock_server.webhooks.allowed_targets import TargetError, Targets
from mock_server.webhooks.attempts import Attempts
from mock_server.webhooks.delivery_log import DeliveryLog
from mock_server.webhooks.endpoints import Endpoints
from mock_server.webhooks.post import Poster
from mock_server.webhooks.sample_event import send_sample
from mock_server.webhooks.sender import Sender
from mock_server.webhooks.service import Webhooks, build_webhooks

__all__ = (
    "Attempts",
    "DeliveryLog",
    "Endpoints",
    "Poster",
    "Sender",
    "TargetError",
    "Targets",
    "Webhooks",
    "build_webhooks",
    "send_sample",
)
