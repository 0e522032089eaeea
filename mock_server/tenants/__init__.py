"""One world a tenant: clock, scenario, dialect, faults. None of it reaches another's."""

from mock_server.tenants.defaults import Beginning
from mock_server.tenants.repository import Worlds
from mock_server.tenants.state import SCOPES, World

__all__ = ("SCOPES", "Beginning", "World", "Worlds")
