"""The state of each tenant: clock, scenario, dialect, faults. Tenants do not share any of it."""

from mock_server.tenants.defaults import TenantDefaults
from mock_server.tenants.repository import TenantRepository
from mock_server.tenants.state import SCOPES, TenantState

__all__ = ("SCOPES", "TenantDefaults", "TenantRepository", "TenantState")
