"""Control operations on a tenant's webhooks: endpoints, deliveries, sending on demand."""

import asyncio
from collections.abc import Sequence

from mock_server.control import records
from mock_server.control.access import target_tenant
from mock_server.domain.webhooks import EVENTS, Delivery
from mock_server.http.errors import UNKNOWN_DELIVERY, ApiError, shown
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.tenants import TenantRepository
from mock_server.webhooks.service import WebhookService

_DEFAULT_NAME = "webhook"
# Query parameter by field of a delivery.
_FILTERS = {
    "state": "state",
    "event_type": "event_type",
    "endpoint_id": "endpoint",
    "job_id": "job",
}


class WebhookControls:
    """The operations below ``/_mock/webhooks``."""

    def __init__(self, tenants: TenantRepository, webhooks: WebhookService) -> None:
        self._tenants = tenants
        self._webhooks = webhooks

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "listEndpoints": self.list_endpoints,
            "createEndpoint": self.create_endpoint,
            "deleteEndpoint": self.delete_endpoint,
            "listDeliveries": self.list_deliveries,
            "deliver": self.deliver,
            "redeliver": self.redeliver,
        }

    async def list_endpoints(self, request: Inbound) -> JsonReply:
        """The endpoints without their secrets."""
        known = await self._webhooks.all(await target_tenant(request, self._tenants))
        return JsonReply({"endpoints": [records.endpoint(each) for each in known]})

    async def create_endpoint(self, request: Inbound) -> JsonReply:
        """Create an endpoint; the response has its secret."""
        tenant = await target_tenant(request, self._tenants)
        fields = {"name": _DEFAULT_NAME, "event_types": EVENTS, **request.body.fields}
        endpoint = await self._webhooks.create(tenant, fields)
        return JsonReply(records.endpoint(endpoint, with_secret=True))

    async def delete_endpoint(self, request: Inbound) -> JsonReply:
        """Delete an endpoint."""
        tenant = await target_tenant(request, self._tenants)
        await self._webhooks.remove(tenant, request.path["endpoint_id"])
        return JsonReply({"done": True})

    async def list_deliveries(self, request: Inbound) -> JsonReply:
        """The matching deliveries."""
        known = await self._webhooks.deliveries(await target_tenant(request, self._tenants))
        return await asyncio.to_thread(_matching, known, request)

    async def deliver(self, request: Inbound) -> JsonReply:
        """Send everything that is due."""
        sent = await self._webhooks.deliver(await target_tenant(request, self._tenants))
        # In a thread: a thousand jobs may have had events for a hundred endpoints.
        return await asyncio.to_thread(_sent, sent)

    async def redeliver(self, request: Inbound) -> JsonReply:
        """Send a delivery again.

        Raises:
            ApiError: 404, there is no such delivery.
        """
        tenant = await target_tenant(request, self._tenants)
        wanted = request.path["delivery_id"]
        delivery = await self._webhooks.find_delivery(tenant, wanted)
        if delivery is None:
            message = (
                f"No delivery '{shown(wanted)}'; GET /_mock/webhooks/deliveries lists the newest."
            )
            raise ApiError(UNKNOWN_DELIVERY, message, param="delivery_id")
        return JsonReply(records.delivery(await self._webhooks.redeliver(delivery)))


def _matches(delivery: Delivery, request: Inbound) -> bool:
    return all(
        request.query[name] in (None, getattr(delivery, field)) for field, name in _FILTERS.items()
    )


def _matching(known: Sequence[Delivery], request: Inbound) -> JsonReply:
    found = [each for each in known if _matches(each, request)]
    newest = found[-request.query["limit"] :]
    return JsonReply(
        {"count": len(found), "deliveries": [records.delivery(each) for each in newest]}
    )


def _sent(deliveries: Sequence[Delivery]) -> JsonReply:
    return JsonReply({"deliveries": [records.delivery(each) for each in deliveries]})
