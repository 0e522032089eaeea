"""One world a tenant: clock, scenario, dialect, faults. None of it reaches another's."""

from mock_server.worlds.beginning import Beginning
from mock_server.worlds.world import SCOPES, World
from mock_server.worlds.worlds import Worlds

__all__ = ("SCOPES", "Beginning", "World", "Worlds")
