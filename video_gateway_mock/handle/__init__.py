"""A hand on a running fake from Python: the control API as methods."""

from video_gateway_mock.handle.connection import ControlError
from video_gateway_mock.handle.gateway import Gateway
from video_gateway_mock.handle.records import JobRecord, Request
from video_gateway_mock.handle.webhooks import Delivery, WebhookEndpoint

__all__ = ("ControlError", "Delivery", "Gateway", "JobRecord", "Request", "WebhookEndpoint")
