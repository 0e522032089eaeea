"""The control API's document as it is served: with all names and ranges of this one server."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.domain.ranges import WEIGHT
from mock_server.faults import FAULTS
from mock_server.faults.operations import OPERATIONS
from mock_server.faults.parse import settings_schema
from mock_server.http.exchange import MEDIA

Schema = dict[str, Any]

_PUBLISHED = "x-published"


@dataclass(frozen=True, slots=True)
class Names:
    """What calls can name, and an expression of the addresses that webhooks may go to."""

    scenarios: Iterable[str]
    dialects: Iterable[str]
    targets: str


def published(document: Mapping[str, Any], names: Names) -> Schema:
    """A copy of the document that says exactly what is taken."""
    found: Schema = _exact(document)
    bodies, search = (found["components"][part] for part in ("requestBodies", "schemas"))
    scenarios, dialects = sorted(names.scenarios), sorted(names.dialects)
    _schema(bodies["Fault"]).update(_fault_choice())
    _schema(bodies["Scenario"])["properties"]["scenario"]["anyOf"] = _courses(scenarios)
    paths = found["paths"]
    _schema(paths["/_mock/dialect"]["put"]["requestBody"])["properties"]["dialect"] = _one_of(
        dialects
    )
    url = _schema(paths["/_mock/webhooks/endpoints"]["post"]["requestBody"])["properties"]["url"]
    url["pattern"] = names.targets
    search["Search"]["properties"].update(
        operation=_one_of((*OPERATIONS, MEDIA)), fault=_one_of(FAULTS), scenario=_one_of(scenarios)
    )
    return found


def _exact(node: Any) -> Any:
    """A copy in which every schema is the one to publish."""
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


def _courses(scenarios: Iterable[str]) -> list[Schema]:
    weight = {"type": "number", **WEIGHT.limits}
    mix = {
        "type": "object",
        "minProperties": 1,
        "properties": dict.fromkeys(scenarios, weight),
        "additionalProperties": False,
    }
    return [_one_of(scenarios), mix]


def _fault_choice() -> Schema:
    """Each kind with its settings; kind and settings stand side by side in a call."""
    return {
        "required": ["kind"],
        "properties": {"kind": _one_of(FAULTS)},
        "anyOf": [_fault(kind) for kind in FAULTS],
    }


def _fault(kind: str) -> Schema:
    schema = settings_schema(kind)
    settings = {name: _in_openapi(each) for name, each in schema["properties"].items()}
    return {
        **schema,
        "required": ["kind"],
        "properties": {"kind": _one_of([kind]), **settings},
    }


def _in_openapi(setting: Mapping[str, Any]) -> Schema:
    """A setting in the words of OpenAPI 3.0; null is one that was left out."""
    kind = setting["type"]
    schema = {key: value for key, value in setting.items() if key != "default" or value is not None}
    schema["type"] = kind if isinstance(kind, str) else kind[0]
    if "enum" in schema:
        schema["enum"] = [*dict.fromkeys((*schema["enum"], None))]
    return {**schema, "nullable": True}
