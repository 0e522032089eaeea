"""One world a tenant: clock, scenario, dialect, faults. None of it reaches another's."""

from mock_server.tenants.defaults import TenantDefaults
from mock_server.tenants.repository import TenantRepository
from mock_server.tenants.state import SCOPES, TenantState

__all__ = ("SCOPES", "TenantDefaults", "TenantRepository", "TenantState")
