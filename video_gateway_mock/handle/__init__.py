"""A handle on a running fake: the control API as Python methods."""

from video_gateway_mock.handle.connection import ControlError
from video_gateway_mock.handle.gateway import Gateway
from video_gateway_mock.records import Bill, Delivery, JobRecord, Request, WebhookEndpoint

__all__ = ("Bill", "ControlError", "Delivery", "Gateway", "JobRecord", "Request", "WebhookEndpoint")
