"""Takes and changes webhook endpoints for whoever asks: within bounds, and says what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mock_server.domain.ids import IdSource
from mock_server.domain.webhooks import Endpoint
from mock_server.http.errors import (
    TOO_MANY_WEBHOOKS,
    WEBHOOK_NOT_ALLOWED,
    WEBHOOK_NOT_ANSWERED,
    WEBHOOK_NOT_FOUND,
    ApiError,
    shown,
)
from mock_server.tenants import TenantRepository, TenantState
from mock_server.webhooks import TargetError, Webhooks, send_sample
from mock_server.webhooks.endpoints import Edit
from mock_server.webhooks.message import new_secret

# OpenAI's limit is not on record. A world is read whole at each request, and is to stay small.
MOST = 100
_ID_DIGITS = 32
_OLD_SECRET_MS = 24 * 3600 * 1000
_USE = "webhooks"


@dataclass(frozen=True, slots=True)
class EndpointPage:
    """Some endpoints, the newest first, and whether there are more."""

    endpoints: Sequence[Endpoint]
    has_more: bool


class WebhookService:
    """Every tenant's endpoints, by what requests say of them."""

    def __init__(self, tenants: TenantRepository, webhooks: Webhooks) -> None:
        """``webhooks`` are those of the worlds."""
        self._worlds = tenants
        self._endpoints = webhooks.endpoints
        self._targets = webhooks.targets
        self._attempts = webhooks.attempts

    async def create(self, tenant: str, fields: Mapping[str, Any]) -> Endpoint:
        """A new endpoint with that ``name``, ``url`` and ``event_types``.

        Raises:
            ApiError: 400, nothing may be sent to its address; 409, there are too many.
        """
        self._require_target(fields["url"])

        def make(world: TenantState) -> Endpoint:
            if len(world.webhooks) >= MOST:
                message = f"There are {MOST} webhook endpoints already; delete one first."
                raise ApiError(TOO_MANY_WEBHOOKS, message)
            source, now = world.draw(_USE), world.clock.now()
            return Endpoint(
                id=f"we_{IdSource(source).hexadecimal(_ID_DIGITS)}",
                secret=new_secret(source),
                created_ms=now,
                updated_ms=now,
                **_settings(fields),
            )

        return await self._endpoints.add(tenant, make)

    async def all(self, tenant: str) -> Sequence[Endpoint]:
        """Every endpoint of the tenant, the oldest first."""
        return await self._endpoints.all(tenant)

    async def page(self, tenant: str, *, after: str | None, limit: int) -> EndpointPage:
        """Up to ``limit`` endpoints that follow the endpoint ``after``, the newest first.

        Raises:
            ApiError: 404, ``after`` is none of the tenant's.
        """
        known = (await self.all(tenant))[::-1]
        if after is not None:
            ids = [endpoint.id for endpoint in known]
            if after not in ids:
                raise _not_found(after, "after")
            known = known[ids.index(after) + 1 :]
        return EndpointPage(known[:limit], has_more=len(known) > limit)

    async def find(self, tenant: str, endpoint_id: str) -> Endpoint:
        """The tenant's endpoint.

        Raises:
            ApiError: 404, the same for somebody else's and for one that never was.
        """
        return _required(await self._endpoints.find(tenant, endpoint_id), endpoint_id)

    async def update(self, tenant: str, endpoint_id: str, fields: Mapping[str, Any]) -> Endpoint:
        """Set what ``fields`` hold of name, url and event_types.

        Raises:
            ApiError: 400, nothing may be sent to its new address; 404, it is not there.
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
        """Give it another secret; ``keep_old`` lets the old one sign too for 24 hours.

        Raises:
            ApiError: 404, it is not there.
        """
        secret = new_secret(await self._worlds.change(tenant, lambda world: world.draw(_USE)))

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
        """The status that the endpoint answers to a sample event.

        Raises:
            ApiError: 404, it is not there; 409, it does not answer.
        """
        endpoint = await self.find(tenant, endpoint_id)
        attempt = await send_sample(self._attempts, tenant, endpoint, event_type)
        if attempt.status is None:
            message = f"The endpoint did not answer the sample event: {attempt.error}."
            raise ApiError(WEBHOOK_NOT_ANSWERED, message)
        return attempt.status

    async def remove(self, tenant: str, endpoint_id: str) -> None:
        """Remove it, and what was to be sent to it.

        Raises:
            ApiError: 404, it is not there.
        """
        if not await self._endpoints.remove(tenant, endpoint_id):
            raise _not_found(endpoint_id)

    async def _edit(self, tenant: str, endpoint_id: str, edit: Edit) -> Endpoint:
        return _required(await self._endpoints.edit(tenant, endpoint_id, edit), endpoint_id)

    def _require_target(self, url: str) -> None:
        try:
            self._targets.check(url)
        except TargetError as error:
            raise ApiError(WEBHOOK_NOT_ALLOWED, f"Invalid url: {error}.", param="url") from error


def _required(endpoint: Endpoint | None, endpoint_id: str) -> Endpoint:
    if endpoint is None:
        raise _not_found(endpoint_id)
    return endpoint


def _not_found(endpoint_id: str, param: str = "webhook_endpoint_id") -> ApiError:
    message = f"No webhook endpoint with id '{shown(endpoint_id)}'."
    return ApiError(WEBHOOK_NOT_FOUND, message, param=param)


def _settings(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What can be set; an event type that is named twice counts once."""
    found = {name: fields[name] for name in ("name", "url", "event_types") if name in fields}
    if "event_types" in found:
        found["event_types"] = tuple(dict.fromkeys(found["event_types"]))
    return found
