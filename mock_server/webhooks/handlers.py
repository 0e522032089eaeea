"""The public operations on webhook endpoints, as OpenAI's clients call them."""

from typing import Any

from mock_server.domain.webhooks import EVENTS, Endpoint, succeeded
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.webhooks.service import WebhookService

_HINT_LENGTH = 4


class WebhookHandlers:
    """The operations below ``/v1/webhook_endpoints``, and the list of event types."""

    def __init__(self, webhooks: WebhookService) -> None:
        self._webhooks = webhooks

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
        page = await self._webhooks.page(request.tenant, after=after, limit=limit)
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
        """Create an endpoint; the response has its secret."""
        return _with_secret(await self._webhooks.create(request.tenant, request.body.fields))

    async def retrieve(self, request: Inbound) -> JsonReply:
        """The endpoint without its secret."""
        return JsonReply(_shown(await self._webhooks.find(request.tenant, _endpoint_id(request))))

    async def update(self, request: Inbound) -> JsonReply:
        """Change name, URL or event types."""
        fields = request.body.fields
        return JsonReply(
            _shown(await self._webhooks.update(request.tenant, _endpoint_id(request), fields))
        )

    async def delete(self, request: Inbound) -> JsonReply:
        """Delete the endpoint."""
        endpoint_id = _endpoint_id(request)
        await self._webhooks.remove(request.tenant, endpoint_id)
        return JsonReply({"id": endpoint_id, "object": "webhook_endpoint.deleted", "deleted": True})

    async def test(self, request: Inbound) -> JsonReply:
        """Send a sample event now, once."""
        endpoint_id, event_type = _endpoint_id(request), request.body.fields["event_type"]
        status = await self._webhooks.test(request.tenant, endpoint_id, event_type)
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
        """Replace the endpoint's secret; the response has the new one."""
        keep_old = request.body.fields.get("keep_old_secret_active_for_24_hours", False)
        return _with_secret(
            await self._webhooks.rotate(request.tenant, _endpoint_id(request), keep_old=keep_old)
        )

    async def event_types(self, _request: Inbound) -> JsonReply:
        """The event types that an endpoint can subscribe to."""
        return JsonReply({"object": "list", "data": list(EVENTS)})


def _endpoint_id(request: Inbound) -> str:
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
        # The field is OpenAI's; that it shows the end of the secret is inferred.
        "signing_secret_hint": f"...{endpoint.secret[-_HINT_LENGTH:]}",
    }


def _with_secret(endpoint: Endpoint) -> JsonReply:
    return JsonReply({**_shown(endpoint), "signing_secret": endpoint.secret})
