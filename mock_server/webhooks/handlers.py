"""Webhook endpoints, as OpenAI's clients manage them."""

from typing import Any

from mock_server.domain.webhooks import EVENTS, Endpoint, succeeded
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.webhooks.endpoint_service import WebhookService

_HINT_LENGTH = 4


class WebhookHandlers:
    """Everything below ``/v1/webhook_endpoints``, and the list of event types."""

    def __init__(self, jobs: WebhookService) -> None:
        self._desk = jobs

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "listWebhookEndpoints": self.list,
            "createWebhookEndpoint": self.create,
            "retrieveWebhookEndpoint": self.retrieve,
            "updateWebhookEndpoint": self.update,
            "deleteWebhookEndpoint": self.delete,
            "testWebhookEndpoint": self.test,
            "rotateWebhookSecret": self.rotate,
            "listWebhookEventTypes": self.event_types,
        }

    async def list(self, request: Inbound) -> JsonReply:
        """One page of the caller's endpoints."""
        after, limit = request.query["after"], request.query["limit"]
        page = await self._desk.page(request.tenant, after=after, limit=limit)
        data = [_shown(endpoint) for endpoint in page.endpoints]
        return JsonReply(
            {
                "object": "list",
                "data": data,
                "first_id": data[0]["id"] if data else None,
                "last_id": data[-1]["id"] if data else None,
                "has_more": page.has_more,
            }
        )

    async def create(self, request: Inbound) -> JsonReply:
        """Make an endpoint, and show its secret."""
        return _with_secret(await self._desk.create(request.tenant, request.body.fields))

    async def retrieve(self, request: Inbound) -> JsonReply:
        """The endpoint without its secret."""
        return JsonReply(_shown(await self._desk.find(request.tenant, _named(request))))

    async def update(self, request: Inbound) -> JsonReply:
        """Change name, address or events."""
        fields = request.body.fields
        return JsonReply(_shown(await self._desk.update(request.tenant, _named(request), fields)))

    async def delete(self, request: Inbound) -> JsonReply:
        """Remove the endpoint."""
        endpoint_id = _named(request)
        await self._desk.remove(request.tenant, endpoint_id)
        return JsonReply({"id": endpoint_id, "object": "webhook_endpoint.deleted", "deleted": True})

    async def test(self, request: Inbound) -> JsonReply:
        """Send a sample event now, once."""
        endpoint_id, event_type = _named(request), request.body.fields["event_type"]
        status = await self._desk.test(request.tenant, endpoint_id, event_type)
        return JsonReply(
            {
                "object": "webhook_endpoint.test",
                "webhook_endpoint_id": endpoint_id,
                "event_type": event_type,
                "status_code": status,
                "success": succeeded(status),
            }
        )

    async def rotate(self, request: Inbound) -> JsonReply:
        """Give the endpoint another secret, and show that."""
        keep_old = request.body.fields.get("keep_old_secret_active_for_24_hours", False)
        return _with_secret(
            await self._desk.rotate(request.tenant, _named(request), keep_old=keep_old)
        )

    async def event_types(self, _request: Inbound) -> JsonReply:
        """What an endpoint can be told of."""
        return JsonReply({"object": "list", "data": list(EVENTS)})


def _named(request: Inbound) -> str:
    return request.path["webhook_endpoint_id"]


def _shown(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "object": "webhook_endpoint",
        "created_at": endpoint.created_ms // 1000,
        "updated_at": endpoint.updated_ms // 1000,
        "name": endpoint.name,
        "url": endpoint.url,
        "event_types": list(endpoint.event_types),
        # That something is shown is OpenAI's; that it is the end, inferred.
        "signing_secret_hint": f"...{endpoint.secret[-_HINT_LENGTH:]}",
    }


def _with_secret(endpoint: Endpoint) -> JsonReply:
    return JsonReply({**_shown(endpoint), "signing_secret": endpoint.secret})
