"""A world's webhooks from Python: who is told, what was sent, and sending it now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from video_gateway_mock.handle.connection import Connection

# pytest shows the line of the test that asked, and not what is asked for it here.
__tracebackhide__ = True
_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """An address that is told of events. ``disabled`` says why nothing is sent there, if so.

    Only what ``GatewayWebhooks.create`` returns has a ``secret``; OpenAI's clients verify with it.
    """

    id: str
    name: str
    url: str
    event_types: tuple[str, ...]
    created_ms: int
    updated_ms: int
    disabled: str | None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request to an endpoint: the ``status`` that it answered, or what went wrong."""

    at_ms: int
    took_ms: int
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint, each named by its id, and every attempt to send it.

    Its state is pending, delivered, failed or dropped. Instants are milliseconds of the world's
    clock.
    """

    id: str
    event: str
    event_type: str
    job: str
    endpoint: str
    state: str
    reason: str | None
    happened_ms: int
    due_ms: int
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class GatewayWebhooks:
    """The webhooks of one world. Every method raises ControlError when the server refuses."""

    _connection: Connection

    @property
    def endpoints(self) -> list[WebhookEndpoint]:
        """Every endpoint, oldest first, without its secret."""
        told = self._connection.call("GET", "webhooks/endpoints")["endpoints"]
        return [_endpoint(one) for one in told]

    def create(
        self, url: str, event_types: Sequence[str] = (), *, name: str = "webhook"
    ) -> WebhookEndpoint:
        """Let an address be told of all events, or of those that are named."""
        asked = {"url": url, "name": name}
        some = {"event_types": list(event_types)} if event_types else {}
        return _endpoint(self._connection.call("POST", "webhooks/endpoints", {**asked, **some}))

    def delete(self, endpoint: WebhookEndpoint) -> None:
        """Tell an address no more; what was to be sent to it is dropped."""
        self._connection.call("DELETE", f"webhooks/endpoints/{endpoint.id}")

    def deliver(self) -> list[Delivery]:
        """Send everything that is due now and wait for the answers; what was tried."""
        return _deliveries(self._connection.call("POST", "webhooks/deliver"))

    def deliveries(self, **where: str) -> list[Delivery]:
        """The newest 1,000 deliveries that fit, in the order of their events: by ``state``,
        ``event_type``, ``endpoint`` and ``job`` (ids).
        """
        query = urlencode({"limit": _MOST, **where})
        return _deliveries(self._connection.call("GET", f"webhooks/deliveries?{query}"))

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Send one once more, now: as a receiver gets it that is told twice."""
        path = f"webhooks/deliveries/{delivery.id}/redeliver"
        return _delivery(self._connection.call("POST", path))


def _endpoint(told: Mapping[str, Any]) -> WebhookEndpoint:
    return WebhookEndpoint(**{**told, "event_types": tuple(told["event_types"])})


def _deliveries(told: Mapping[str, Any]) -> list[Delivery]:
    return [_delivery(one) for one in told["deliveries"]]


def _delivery(told: Mapping[str, Any]) -> Delivery:
    attempts = tuple(Attempt(**attempt) for attempt in told["attempts"])
    return Delivery(**{**told, "attempts": attempts})
