"""The OpenAPI document of the control API: one form to check calls, and one to publish.

``control.yaml`` describes each call twice where one schema cannot do both. Calls are checked by the
schema itself, so that an error names one thing. The published document shows ``x-published``
instead, and the names and ranges of this one server.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mock_server.domain.ranges import WEIGHT
from mock_server.faults import FAULTS
from mock_server.faults.fault import OPERATIONS
from mock_server.faults.parse import settings_schema
from mock_server.http.exchange import MEDIA

Schema = dict[str, Any]

FILE = Path(__file__).with_name("control.yaml")
_PUBLISHED = "x-published"


@dataclass(frozen=True, slots=True)
class Names:
    """The names that calls can use, and a regular expression for the URLs of webhooks."""

    scenarios: Iterable[str]
    dialects: Iterable[str]
    targets: str


def published(document: Mapping[str, Any], names: Names) -> Schema:
    """A copy of the document that describes exactly the calls that succeed."""
    found: Schema = _exact(document)
    bodies, schemas = (found["components"][part] for part in ("requestBodies", "schemas"))
    scenarios, dialects = sorted(names.scenarios), sorted(names.dialects)
    faults = dict(_faults())
    schemas |= faults
    fault = bodies["Fault"]["content"]["application/json"]
    fault["schema"] = {
        "description": fault["schema"]["description"],
        "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in faults],
    }
    _schema(bodies["Scenario"])["properties"]["scenario"]["oneOf"] = _scenario_choice(scenarios)
    paths = found["paths"]
    _schema(paths["/_mock/dialect"]["put"]["requestBody"])["properties"]["dialect"] = _one_of(
        dialects
    )
    url = _schema(paths["/_mock/webhooks/endpoints"]["post"]["requestBody"])["properties"]["url"]
    url["pattern"] = names.targets
    schemas["Search"]["properties"].update(
        operation=_one_of((*OPERATIONS, MEDIA)), fault=_one_of(FAULTS), scenario=_one_of(scenarios)
    )
    return found


def _exact(node: Any) -> Any:
    """A copy with each schema replaced by its ``x-published`` one."""
    if isinstance(node, list):
        return [_exact(part) for part in node]
    if not isinstance(node, Mapping):
        return node
    shown = node.get(_PUBLISHED, node)
    return {key: _exact(value) for key, value in shown.items()}


def _schema(body: Mapping[str, Any]) -> Schema:
    schema: Schema = body["content"]["application/json"]["schema"]
    return schema


def _one_of(names: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(names)}


def _scenario_choice(scenarios: Iterable[str]) -> list[Schema]:
    weight = {"type": "number", **WEIGHT.limits}
    mix = {
        "type": "object",
        "minProperties": 1,
        "properties": dict.fromkeys(scenarios, weight),
        "additionalProperties": False,
    }
    return [_one_of(scenarios), mix]


def _faults() -> Iterator[tuple[str, Schema]]:
    """A named schema of each kind, with its settings beside ``kind`` as in a call.

    A kind that needs one of several settings has a schema for each that it can do with.
    """
    for kind, fault in FAULTS.items():
        name = f"Fault{kind.title().replace('_', '')}"
        for number, needed in enumerate(fault.needs or (None,)):
            ways = "" if needed is None else f"By{needed.title().replace('_', '')}"
            yield f"{name}{ways}", _fault(kind, needed, fault.needs[:number])


def _fault(kind: str, needed: str | None, absent: Sequence[str]) -> Schema:
    """The settings of a kind that have ``needed`` and lack ``absent``."""
    schema = settings_schema(kind)
    settings = {name: _in_openapi(each) for name, each in schema["properties"].items()}
    for name in absent:
        settings[name] = {"type": settings[name]["type"], "nullable": True, "enum": [None]}
    if needed is not None:
        settings[needed].pop("nullable")
    return {
        "description": schema["description"],
        "type": "object",
        "required": ["kind", *([needed] if needed else [])],
        "properties": {"kind": _one_of([kind]), **settings},
        "additionalProperties": False,
        "not": schema["not"],
    }


def _in_openapi(setting: Mapping[str, Any]) -> Schema:
    """A setting's JSON schema in the terms of OpenAPI 3.0; null means that it is not set."""
    kind = setting["type"]
    schema = {key: value for key, value in setting.items() if key != "default" or value is not None}
    schema["type"] = kind if isinstance(kind, str) else kind[0]
    if "enum" in schema:
        schema["enum"] = [*dict.fromkeys((*schema["enum"], None))]
    return {**schema, "nullable": True}
