"""The operations on all worlds at once, those there are and those to come."""

from dataclasses import replace
from importlib.metadata import version

from mock_server.control import told
from mock_server.control.access import require_admin
from mock_server.control.setting import Setting
from mock_server.control.worlds import reset
from mock_server.exchange import Handler, Inbound, JsonReply
from mock_server.stores.protocol import Store
from mock_server.worlds import Worlds


class ServerHandlers:
    """What only the admin token may do."""

    def __init__(self, worlds: Worlds, store: Store, setting: Setting) -> None:
        self._worlds = worlds
        self._store = store
        self._setting = setting

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "getServer": self.get,
            "resetServer": self.reset,
            "setServerScenario": self.set_scenario,
            "setServerFault": self.set_fault,
            "clearServerFaults": self.clear_faults,
        }

    async def get(self, request: Inbound) -> JsonReply:
        """The server and its worlds."""
        require_admin(request)
        worlds = [told.world(tenant, world) for tenant, world in self._worlds.all.items()]
        return JsonReply({"version": version("video-gateway-mock"), "worlds": worlds})

    async def reset(self, request: Inbound) -> JsonReply:
        """Put parts of all worlds back to how they began."""
        require_admin(request)
        for tenant in list(self._worlds.all):
            await reset(self._worlds, self._store, tenant, request.body.fields["scopes"])
        return JsonReply({"done": True})

    async def set_scenario(self, request: Inbound) -> JsonReply:
        """Choose what new jobs do."""
        require_admin(request)
        scenario = self._setting.course(request.body.fields["scenario"])
        self._worlds.beginning = replace(self._worlds.beginning, scenario=scenario)
        for world in self._worlds.all.values():
            world.scenario = scenario
        return JsonReply({"done": True})

    async def set_fault(self, request: Inbound) -> JsonReply:
        """Set a fault everywhere."""
        require_admin(request)
        made = self._setting.fault(request.body.fields)
        beginning = self._worlds.beginning
        self._worlds.beginning = replace(beginning, faults=(*beginning.faults, made))
        for world in self._worlds.all.values():
            world.faults.add(*made, world.clock.now())
        return JsonReply({"done": True})

    async def clear_faults(self, request: Inbound) -> JsonReply:
        """End all faults everywhere."""
        require_admin(request)
        self._worlds.beginning = replace(self._worlds.beginning, faults=())
        for world in self._worlds.all.values():
            world.faults.clear()
        return JsonReply({"done": True})
