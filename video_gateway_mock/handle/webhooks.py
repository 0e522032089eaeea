"""The webhooks of one API key: endpoints, deliveries, sending on demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from video_gateway_mock.handle.connection import Connection
from video_gateway_mock.records import Delivery, WebhookEndpoint, delivery_of, endpoint_of

# pytest then shows the calling line of the test, not this module.
__tracebackhide__ = True
_PAGE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class GatewayWebhooks:
    """The webhooks of one API key. Every method raises ControlError if the server refuses."""

    _connection: Connection

    @property
    def endpoints(self) -> list[WebhookEndpoint]:
        """All endpoints, oldest first, without their secrets."""
        answer = self._connection.call("GET", "webhooks/endpoints")
        return [endpoint_of(each) for each in answer["endpoints"]]

    def create(
        self, url: str, event_types: Sequence[str] = (), *, name: str = "webhook"
    ) -> WebhookEndpoint:
        """Create an endpoint for the given event types, or for all; the result has its secret."""
        body: dict[str, Any] = {"url": url, "name": name}
        if event_types:
            body["event_types"] = list(event_types)
        return endpoint_of(self._connection.call("POST", "webhooks/endpoints", body))

    def delete(self, endpoint: WebhookEndpoint) -> None:
        """Delete an endpoint; its pending deliveries are dropped."""
        self._connection.call("DELETE", f"webhooks/endpoints/{endpoint.id}")

    def deliver(self) -> list[Delivery]:
        """Send everything that is due, wait for the responses, and return what was sent."""
        return _deliveries(self._connection.call("POST", "webhooks/deliver"))

    def deliveries(self, **where: str) -> list[Delivery]:
        """The newest 1,000 matching deliveries, in the order of their events.

        Filters: ``state``, ``event_type``, ``endpoint`` (an id) and ``job`` (an id).
        """
        query = urlencode({"limit": _PAGE_LIMIT, **where})
        return _deliveries(self._connection.call("GET", f"webhooks/deliveries?{query}"))

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Send a delivery again, now; use it to test that a receiver ignores duplicates."""
        path = f"webhooks/deliveries/{delivery.id}/redeliver"
        return delivery_of(self._connection.call("POST", path))


def _deliveries(answer: Mapping[str, Any]) -> list[Delivery]:
    return [delivery_of(each) for each in answer["deliveries"]]
