"""The tab with scenarios and faults: what new jobs do, and what goes wrong with requests."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from mock_server.workbench.control_api import ControlApi, Json
from mock_server.workbench.place import Place
from mock_server.workbench.views.jobs import newest_jobs

# The settings of every fault, which select the requests that it is used on.
MATCHING = ("operation", "model", "prompt", "nth", "first", "probability", "ttl_s")


async def load_behaviour(api: ControlApi, _place: Place) -> Json:
    """What is set, what could be, and what jobs have followed."""
    return {
        "state": await api.get("world"),
        "scenarios": (await api.get("scenarios"))["scenarios"],
        "dialects": (await api.get("dialects"))["dialects"],
        "seen": Counter(job["scenario"] for job in await newest_jobs(api)),
    }


async def watch_behaviour(api: ControlApi, _place: Place) -> Json:
    """What differs when something was set, when files were loaded, or when there is another job."""
    state = await api.get("world")
    newest = (await api.get("jobs", limit=1))["jobs"]
    return {
        "set": [state[name] for name in ("scenario", "dialect", "requests_mode")],
        "known": [await api.get("scenarios"), await api.get("dialects")],
        "newest": [job["id"] for job in newest],
    }


def view_behaviour(data: Mapping[str, Any], _place: Place) -> dict[str, Any]:
    """Every scenario with its weight and how many of the newest jobs followed it."""
    state = data["state"]
    scenarios = [
        {
            "name": name,
            "summary": summary,
            "weight": state["scenario"].get(name),
            "jobs": data["seen"].get(name, 0),
        }
        for name, summary in data["scenarios"].items()
    ]
    return {
        "scenarios": scenarios,
        "mixed": len(state["scenario"]) > 1,
        "dialects": data["dialects"],
        "dialect": state["dialect"],
        "mode": state["requests_mode"],
    }


async def load_faults(api: ControlApi, _place: Place) -> Json:
    """The active faults."""
    return await api.get("faults")


def view_faults(data: Mapping[str, Any], _place: Place) -> dict[str, Any]:
    """Each fault with its settings in one line."""
    return {"faults": [{**each, "line": _line(each)} for each in data["faults"]]}


async def load_fault_kinds(api: ControlApi, _place: Place) -> Json:
    """The kinds of faults with their settings."""
    return await api.get("fault-kinds")


def view_fault_kinds(data: Mapping[str, Any], _place: Place) -> dict[str, Any]:
    """A form for each kind: its own fields, then those that select requests."""
    return {
        "kinds": [
            {
                "name": name,
                "summary": kind["summary"],
                "own": [field for field in _fields(kind) if field["name"] not in MATCHING],
                "matching": [field for field in _fields(kind) if field["name"] in MATCHING],
            }
            for name, kind in data["kinds"].items()
        ]
    }


def _fields(kind: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The inputs of a form, from the JSON schemas of the settings."""
    needed = kind["settings"].get("anyOf", ())
    needs = {name for each in needed for name in each["required"]} if len(needed) == 1 else set()
    return [
        {**_input(schema), "name": name, "required": name in needs}
        for name, schema in kind["settings"]["properties"].items()
    ]


def _input(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The type of an input, its limits, and the default as a hint."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    default = schema.get("default")
    usual = {
        "choices": [each for each in schema.get("enum", ()) if each is not None],
        "hint": ""
        if default is None
        else str(default).lower()
        if default in (True, False)
        else default,
        "minimum": schema.get("minimum"),
        "maximum": schema.get("maximum"),
        "longest": schema.get("maxLength"),
    }
    if usual["choices"]:
        return {**usual, "kind": "select"}
    if "boolean" in kinds:
        return {**usual, "kind": "select", "choices": ["true", "false"]}
    numeric = {"integer": "1", "number": "any"}
    step = next((numeric[each] for each in kinds if each in numeric), None)
    return {**usual, "kind": "number" if step else "text", "step": step}


def _line(fault: Mapping[str, Any]) -> str:
    """Settings that are set, as on a command line."""
    settings = {**fault["settings"], **fault["match"]}
    return " ".join(f"{name}={value}" for name, value in settings.items() if value is not None)
