"""What stands around every tab: the clock, what is set, and the keys to choose from."""

from collections.abc import Mapping
from typing import Any

from mock_server.workbench.control_api import ControlApi, Json
from mock_server.workbench.place import Place

_MOST_KEYS = 200


async def load_status(api: ControlApi, place: Place) -> Json:
    """The state of the tenant."""
    return await api.get("world") if place.tenant else {}


async def watch_status(api: ControlApi, place: Place) -> Json:
    """What differs when something was set; counts of requests change all the time."""
    state = await load_status(api, place)
    kept = ("clock", "scenario", "dialect", "requests_mode")
    return {name: state.get(name) for name in kept} | {"faults": len(state.get("faults", ()))}


def view_status(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The clock, the scenario and how many faults are set."""
    weights = data.get("scenario", {})
    mix = len(weights) > 1
    names = [f"{name} {weight:g}" if mix else name for name, weight in weights.items()]
    return {
        "state": data,
        "to_clock": place.link(tab="clock"),
        "to_behaviour": place.link(tab="behaviour"),
        "scenario": ", ".join(names),
    }


async def load_keys(api: ControlApi, _place: Place) -> Json:
    """The keys that have sent requests."""
    return await api.get("server/keys", limit=_MOST_KEYS)


def view_keys(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The keys, each by its end."""
    keys = [
        {**each, "name": each["key_end"] if len(each["key_end"]) > 1 else each["tenant"][:8]}
        for each in data["keys"]
    ]
    return {
        "keys": keys,
        "tenant": place.tenant,
        "tab": place.tab,
        "reload_error": data["reload_error"],
    }


async def load_nothing(_api: ControlApi, _place: Place) -> Json:
    """Nothing: the part stays the same whatever happens."""
    return {}


def view_connect(_data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The address that clients are given."""
    return {"address": place.address, "first": not place.tenant}
