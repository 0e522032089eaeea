"""The webhooks of one server: endpoints, deliveries, and the sender behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mock_server.domain.ids import IdSource
from mock_server.domain.webhooks import KEPT, Delivery, DeliveryState, Endpoint
from mock_server.http.errors import (
    TOO_MANY_WEBHOOKS,
    WEBHOOK_NOT_ALLOWED,
    WEBHOOK_NOT_ANSWERED,
    WEBHOOK_NOT_FOUND,
    ApiError,
    shown,
)
from mock_server.tenants import TenantRepository, TenantState
from mock_server.webhooks.allowed_targets import TargetError, Targets
from mock_server.webhooks.attempts import Attempts
from mock_server.webhooks.endpoints import Edit, Endpoints
from mock_server.webhooks.post import Poster, new_secret
from mock_server.webhooks.sender import Sender, WakeUps

# OpenAI's limit is not documented. A tenant's state is read whole by each request, so it is small.
MOST_ENDPOINTS = 100
# How many pending deliveries are listed, those that are due next.
_MOST_PENDING = 1000
_ID_DIGITS = 32
_OLD_SECRET_MS = 24 * 3600 * 1000
_RANDOM_USE = "webhooks"


@dataclass(frozen=True, slots=True)
class EndpointPage:
    """Some endpoints, the newest first, and whether there are more."""

    endpoints: Sequence[Endpoint]
    has_more: bool


class WebhookService:
    """Manages every tenant's endpoints and deliveries for the operations of both APIs."""

    def __init__(self, tenants: TenantRepository, targets: Targets, sender: Sender) -> None:
        """``targets`` are the addresses that endpoints may have."""
        self.targets = targets
        self.sender = sender
        self.endpoints = sender.attempts.endpoints
        self._tenants = tenants
        self._outbox = tenants.store.outbox

    async def create(
        self, tenant: str, fields: Mapping[str, Any], *, endpoint_id: str | None = None
    ) -> Endpoint:
        """Create an endpoint from ``name``, ``url`` and ``event_types``; its id is drawn if None.

        Raises:
            ApiError: 400, its URL is not allowed; 409, there are too many endpoints.
        """
        self._require_target(fields["url"])

        def make(state: TenantState) -> tuple[TenantState, Endpoint]:
            if len(state.webhooks) >= MOST_ENDPOINTS:
                message = f"There are {MOST_ENDPOINTS} webhook endpoints already; delete one first."
                raise ApiError(TOO_MANY_WEBHOOKS, message)
            now = state.clock.now()
            state, source = state.draw(_RANDOM_USE)
            return state, Endpoint(
                id=endpoint_id or f"we_{IdSource(source).hexadecimal(_ID_DIGITS)}",
                secret=new_secret(source),
                created_ms=now,
                updated_ms=now,
                **_settings(fields),
            )

        return await self.endpoints.add(tenant, make)

    async def all(self, tenant: str) -> Sequence[Endpoint]:
        """Every endpoint of the tenant, the oldest first."""
        return await self.endpoints.all(tenant)

    async def page(self, tenant: str, *, after: str | None, limit: int) -> EndpointPage:
        """Up to ``limit`` endpoints that follow the endpoint ``after``, the newest first.

        Raises:
            ApiError: 404, ``after`` is not an endpoint of the tenant.
        """
        known = (await self.all(tenant))[::-1]
        if after is not None:
            ids = [endpoint.id for endpoint in known]
            if after not in ids:
                raise _not_found(after, "after")
            known = known[ids.index(after) + 1 :]
        return EndpointPage(known[:limit], has_more=len(known) > limit)

    async def find(self, tenant: str, endpoint_id: str) -> Endpoint:
        """One endpoint.

        Raises:
            ApiError: 404, the tenant has no such endpoint.
        """
        return _required(await self.endpoints.find(tenant, endpoint_id), endpoint_id)

    async def update(self, tenant: str, endpoint_id: str, fields: Mapping[str, Any]) -> Endpoint:
        """Change those of ``name``, ``url`` and ``event_types`` that ``fields`` has.

        Raises:
            ApiError: 400, the new URL is not allowed; 404, there is no such endpoint.
        """
        settings = _settings(fields)
        if "url" in settings:
            self._require_target(settings["url"])

        def edit(endpoint: Endpoint, now: int) -> Endpoint:
            changed = replace(endpoint, **settings)
            # OpenAI's client says that an update which changes nothing does not count as one.
            return endpoint if changed == endpoint else replace(changed, updated_ms=now)

        return await self._edit(tenant, endpoint_id, edit)

    async def rotate(self, tenant: str, endpoint_id: str, *, keep_old: bool) -> Endpoint:
        """Replace the secret; with ``keep_old`` the old one signs as well for 24 hours.

        Raises:
            ApiError: 404, there is no such endpoint.
        """
        source = await self._tenants.change(tenant, lambda state: state.draw(_RANDOM_USE))
        secret = new_secret(source)

        def edit(endpoint: Endpoint, now: int) -> Endpoint:
            return replace(
                endpoint,
                secret=secret,
                old_secret=endpoint.secret if keep_old else None,
                old_until_ms=now + _OLD_SECRET_MS if keep_old else 0,
                updated_ms=now,
            )

        return await self._edit(tenant, endpoint_id, edit)

    async def test(self, tenant: str, endpoint_id: str, event_type: str) -> int:
        """Send a sample event and return the status that the endpoint answers.

        Raises:
            ApiError: 404, there is no such endpoint; 409, it does not answer.
        """
        endpoint = await self.find(tenant, endpoint_id)
        attempt = await self.sender.attempts.send_sample(tenant, endpoint, event_type)
        if attempt.status is None:
            message = f"The endpoint did not answer the sample event: {attempt.error}."
            raise ApiError(WEBHOOK_NOT_ANSWERED, message)
        return attempt.status

    async def remove(self, tenant: str, endpoint_id: str) -> None:
        """Delete an endpoint; its pending deliveries are dropped.

        Raises:
            ApiError: 404, there is no such endpoint.
        """
        if not await self.endpoints.remove(tenant, endpoint_id):
            raise _not_found(endpoint_id)

    async def deliveries(self, tenant: str) -> Sequence[Delivery]:
        """The newest ended deliveries and the next pending ones, in the order of their events."""
        ended = await self._outbox.records(tenant, KEPT)
        pending = await self._outbox.pending(tenant, _MOST_PENDING)
        # A redelivered one has several records; the newest has all attempts.
        newest = {each.id: each for each in (*reversed(ended), *pending)}
        return sorted(newest.values(), key=lambda each: (each.happened_ms, each.id))

    async def find_delivery(self, tenant: str, delivery_id: str) -> Delivery | None:
        """One delivery by its id."""
        known = await self.deliveries(tenant)
        return next((each for each in known if each.id == delivery_id), None)

    async def deliver(self, tenant: str) -> Sequence[Delivery]:
        """Send everything that is due now, and return what was sent."""
        return await self.sender.deliver(tenant)

    async def redeliver(self, delivery: Delivery) -> Delivery:
        """Send a delivery again, now, with whatever else is due; returns it after the attempt."""
        tenant = delivery.tenant
        now = (await self._tenants.read(tenant)).clock.now()
        again = replace(delivery, state=DeliveryState.PENDING, reason=None, due_ms=now)
        await self._outbox.withdraw(tenant, [delivery.id])
        await self._outbox.add(tenant, [again])
        sent = {each.id: each for each in await self.sender.deliver(tenant)}
        # Another process may have sent it first.
        return sent.get(delivery.id) or await self.find_delivery(tenant, delivery.id) or again

    async def _edit(self, tenant: str, endpoint_id: str, edit: Edit) -> Endpoint:
        return _required(await self.endpoints.edit(tenant, endpoint_id, edit), endpoint_id)

    def _require_target(self, url: str) -> None:
        try:
            self.targets.check(url)
        except TargetError as error:
            raise ApiError(WEBHOOK_NOT_ALLOWED, f"Invalid url: {error}.", param="url") from error


def build_webhooks(
    tenants: TenantRepository,
    targets: Targets,
    schedule: WakeUps,
    *,
    timeout_s: float,
    counted: Callable[[str], None],
) -> WebhookService:
    """The webhooks of one server; ``counted`` is called with the result of each attempt.

    ``schedule`` is woken when the outbox or the state of a tenant has changed.
    """
    attempts = Attempts(tenants, Endpoints(tenants), Poster(targets, timeout_s), counted)
    return WebhookService(tenants, targets, Sender(tenants, attempts, schedule))


def _required(endpoint: Endpoint | None, endpoint_id: str) -> Endpoint:
    if endpoint is None:
        raise _not_found(endpoint_id)
    return endpoint


def _not_found(endpoint_id: str, param: str = "webhook_endpoint_id") -> ApiError:
    message = f"No webhook endpoint with id '{shown(endpoint_id)}'."
    return ApiError(WEBHOOK_NOT_FOUND, message, param=param)


def _settings(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of an endpoint; a repeated event type counts once."""
    found = {name: fields[name] for name in ("name", "url", "event_types") if name in fields}
    if "event_types" in found:
        found["event_types"] = tuple(dict.fromkeys(found["event_types"]))
    return found
