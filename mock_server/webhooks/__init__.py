"""Webhooks: signed events about ended jobs, retried until delivered, sent at least once."""

from mock_server.webhooks.allowed_targets import TargetError, Targets
from mock_server.webhooks.attempts import Attempts
from mock_server.webhooks.endpoints import Endpoints
from mock_server.webhooks.post import Poster
from mock_server.webhooks.sender import Sender, WakeUps
from mock_server.webhooks.service import WebhookService, build_webhooks

__all__ = (
    "Attempts",
    "Endpoints",
    "Poster",
    "Sender",
    "TargetError",
    "Targets",
    "WakeUps",
    "WebhookService",
    "build_webhooks",
)
