"""Who may tell what: a key its own world, the admin token the server and any world by name."""

import hmac
from contextlib import suppress
from dataclasses import dataclass

from mock_server.http.errors import NOT_ADMIN, UNKNOWN_WORLD, ApiError
from mock_server.http.exchange import Caller, Inbound
from mock_server.http.security import KeyRing
from mock_server.stores.protocol import StoredStateError
from mock_server.tenants import TenantRepository

# No tenant's name: those are hexadecimal digits.
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ControlKeys:
    """The gateway's keys and the admin token beside them."""

    keys: KeyRing
    admin_token: str

    def admit(self, key: str) -> Caller:
        """The tenant of a key, or ``ADMIN``; words after the key mean nothing here.

        Raises:
            ApiError: 401 when the key is not known.
        """
        if hmac.compare_digest(key.encode(), self.admin_token.encode()):
            return ADMIN, ()
        return self.keys.tenant(key), ()


def require_admin(request: Inbound) -> None:
    """Hold a call for all worlds to the admin token.

    Raises:
        ApiError: 403, it came with a key.
    """
    if request.tenant != ADMIN:
        message = "This acts on all worlds: send the admin token instead of an API key."
        raise ApiError(NOT_ADMIN, message)


async def tenant_meant(request: Inbound, tenants: TenantRepository) -> str:
    """Whose world a call acts on.

    Raises:
        ApiError: 403, a key names another world than its own; 400, the admin token names none;
            404, it names one that is not there.
    """
    named: str | None = request.query["tenant"]
    if request.tenant != ADMIN:
        if named not in (None, request.tenant):
            message = "A key acts on its own world only; the admin token acts on any."
            raise ApiError(NOT_ADMIN, message, param="tenant")
        # It is begun here, so that there is one way for a world to begin. One that cannot be used
        # has begun, and whether that matters depends on the call: a reset helps.
        with suppress(StoredStateError):
            await tenants.read(request.tenant)
        return request.tenant
    names = await tenants.tenants()
    if named not in names:
        known = ", ".join(sorted(names)) or "none yet"
        message = f"Say which world with ?tenant=NAME; there are: {known}."
        raise ApiError(UNKNOWN_WORLD, message, param="tenant")
    return str(named)
