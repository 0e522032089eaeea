"""Authorisation of control calls.

An API key acts on its own tenant. The admin token acts on the whole server, or on the tenant that
the query parameter ``tenant`` names.
"""

import hmac
from contextlib import suppress
from dataclasses import dataclass

from mock_server.http.errors import NOT_ADMIN, UNKNOWN_TENANT, ApiError
from mock_server.http.exchange import Caller, Inbound
from mock_server.http.security import KeyRing
from mock_server.stores.protocol import StoredStateError
from mock_server.tenants import TenantRepository

# Not the name of a tenant: those are hexadecimal digits.
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ControlKeys:
    """Accepts the gateway's API keys and the admin token."""

    keys: KeyRing
    admin_token: str

    def admit(self, key: str) -> Caller:
        """The tenant of an API key, or ``ADMIN``. Triggers after the key are ignored here.

        Raises:
            ApiError: 401, the key is unknown.
        """
        if hmac.compare_digest(key.encode(), self.admin_token.encode()):
            return ADMIN, ()
        return self.keys.tenant(key), ()


def require_admin(request: Inbound) -> None:
    """Check that a call for all tenants came with the admin token.

    Raises:
        ApiError: 403, it came with an API key.
    """
    if request.tenant != ADMIN:
        message = "This acts on all API keys: send the admin token instead of an API key."
        raise ApiError(NOT_ADMIN, message)


async def target_tenant(request: Inbound, tenants: TenantRepository) -> str:
    """The tenant that a call acts on.

    Raises:
        ApiError: 403, an API key names another tenant; 404, the admin token names no known tenant.
    """
    named: str | None = request.query["tenant"]
    if request.tenant != ADMIN:
        if named not in (None, request.tenant):
            message = "An API key acts on its own tenant only; the admin token acts on any."
            raise ApiError(NOT_ADMIN, message, param="tenant")
        # Reading creates the tenant if it is new. An unusable stored state is reported by the
        # operations that need it; a reset must still be possible.
        with suppress(StoredStateError):
            await tenants.read(request.tenant)
        return request.tenant
    names = await tenants.tenants()
    if named not in names:
        known = ", ".join(sorted(names)) or "none yet"
        message = f"The admin token needs ?tenant=NAME with the name of a tenant: {known}."
        raise ApiError(UNKNOWN_TENANT, message, param="tenant")
    return str(named)
