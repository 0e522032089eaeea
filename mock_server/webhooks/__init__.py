"""Tells webhook endpoints of jobs that have ended: signed, retried, at least once."""

from mock_server.webhooks.attempts import Attempts
from mock_server.webhooks.endpoints import Endpoints
from mock_server.webhooks.log import DeliveryLog
from mock_server.webhooks.posting import Poster
from mock_server.webhooks.sample import send_sample
from mock_server.webhooks.sender import Sender
from mock_server.webhooks.service import Webhooks, webhooks_of
from mock_server.webhooks.targets import TargetError, Targets

__all__ = (
    "Attempts",
    "DeliveryLog",
    "Endpoints",
    "Poster",
    "Sender",
    "TargetError",
    "Targets",
    "Webhooks",
    "send_sample",
    "webhooks_of",
)
