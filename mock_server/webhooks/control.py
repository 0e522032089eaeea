"""The operations on a world's webhooks: endpoints, what was sent to them, and sending it now."""

import asyncio
from collections.abc import Sequence

from mock_server.control import records
from mock_server.control.access import tenant_meant
from mock_server.domain.webhooks import EVENTS, Delivery
from mock_server.http.errors import UNKNOWN_DELIVERY, ApiError, shown
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.tenants import TenantRepository
from mock_server.webhooks import DeliveryLog
from mock_server.webhooks.endpoint_service import WebhookService

_USUAL_NAME = "webhook"
_CRITERIA = {
    "state": "state",
    "event_type": "event_type",
    "endpoint": "endpoint_id",
    "job": "job_id",
}


class WebhookControls:
    """Endpoints and deliveries of one world."""

    def __init__(self, tenants: TenantRepository, jobs: WebhookService, log: DeliveryLog) -> None:
        self._worlds = tenants
        self._desk = jobs
        self._log = log

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "listEndpoints": self.endpoints,
            "createEndpoint": self.create,
            "deleteEndpoint": self.delete,
            "listDeliveries": self.deliveries,
            "deliver": self.deliver,
            "redeliver": self.redeliver,
        }

    async def endpoints(self, request: Inbound) -> JsonReply:
        """Who is told of events."""
        known = await self._desk.all(await tenant_meant(request, self._worlds))
        return JsonReply({"endpoints": [records.endpoint(each) for each in known]})

    async def create(self, request: Inbound) -> JsonReply:
        """Let somebody be told; the answer alone has the secret."""
        tenant = await tenant_meant(request, self._worlds)
        fields = {"name": _USUAL_NAME, "event_types": EVENTS, **request.body.fields}
        endpoint = await self._desk.create(tenant, fields)
        return JsonReply({**records.endpoint(endpoint), "secret": endpoint.secret})

    async def delete(self, request: Inbound) -> JsonReply:
        """Tell somebody no more."""
        tenant = await tenant_meant(request, self._worlds)
        await self._desk.remove(tenant, request.path["endpoint_id"])
        return JsonReply({"done": True})

    async def deliveries(self, request: Inbound) -> JsonReply:
        """What was sent, and what is to be."""
        known = await self._log.all(await tenant_meant(request, self._worlds))
        return await asyncio.to_thread(_found, known, request)

    async def deliver(self, request: Inbound) -> JsonReply:
        """Send what is due."""
        tried = await self._log.deliver(await tenant_meant(request, self._worlds))
        # In a thread: every event of a thousand jobs may have been due at a hundred endpoints.
        return await asyncio.to_thread(_tried, tried)

    async def redeliver(self, request: Inbound) -> JsonReply:
        """Send one once more, now.

        Raises:
            ApiError: 404, it is not known.
        """
        tenant, wanted = await tenant_meant(request, self._worlds), request.path["delivery_id"]
        delivery = await self._log.find(tenant, wanted)
        if delivery is None:
            message = (
                f"No delivery '{shown(wanted)}'; GET /_mock/webhooks/deliveries lists the newest."
            )
            raise ApiError(UNKNOWN_DELIVERY, message, param="delivery_id")
        return JsonReply(records.delivery(await self._log.redeliver(delivery)))


def _fits(delivery: Delivery, request: Inbound) -> bool:
    return all(
        request.query[name] in (None, getattr(delivery, field)) for name, field in _CRITERIA.items()
    )


def _found(known: Sequence[Delivery], request: Inbound) -> JsonReply:
    found = [each for each in known if _fits(each, request)]
    newest = found[-request.query["limit"] :]
    return JsonReply(
        {"count": len(found), "deliveries": [records.delivery(each) for each in newest]}
    )


def _tried(deliveries: Sequence[Delivery]) -> JsonReply:
    return JsonReply({"deliveries": [records.delivery(each) for each in deliveries]})
