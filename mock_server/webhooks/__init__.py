"""Tells webhook endpoints of jobs that have ended: signed, retried, at least once."""

from mock_server.webhooks.attempts import Attempts
from mock_server.webhooks.endpoints import Endpoints
from mock_server.webhooks.posting import Poster
from mock_server.webhooks.sender import Sender
from mock_server.webhooks.service import Webhooks, webhooks_of
from mock_server.webhooks.targets import TargetError, Targets

__all__ = (
    "Attempts",
    "Endpoints",
    "Poster",
    "Sender",
    "TargetError",
    "Targets",
    "Webhooks",
    "webhooks_of",
)
