"""A hand on a running fake from Python: the control API as methods."""

from mock_server.handle.connection import ControlError
from mock_server.handle.gateway import Gateway
from mock_server.handle.records import JobRecord, Request
from mock_server.handle.webhooks import Delivery, WebhookEndpoint

__all__ = ("ControlError", "Delivery", "Gateway", "JobRecord", "Request", "WebhookEndpoint")
