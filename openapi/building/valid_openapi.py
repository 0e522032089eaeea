"""Whether a contract is certainly valid OpenAPI 3.0, decided without openapi-spec-validator.

That validator walks every schema in Python and loads half a web stack, which takes most of the time
of a build. What it would say about a valid contract is decided here by its own JSON Schema of
OpenAPI, compiled, and by the few rules that it adds; about every other contract it is asked.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs

from openapi.contract.schemas import accepts_its_default
from openapi.documents.places import is_map_of_names, operations, parts
from openapi.documents.pointers import follow

Contract = Mapping[str, Any]

_SCHEMA = Path("resources", "schemas", "v3.0", "schema.json")
_IN_PATH = re.compile(r"{([^}]*)}")
_DEEPEST = 20


def is_surely_valid(contract: Contract) -> bool:
    """Whether openapi-spec-validator certainly finds nothing; False also where that is unsure.

    References must have targets.
    """
    schema = _schema_of_openapi()
    is_of_shape = schema is not None and schema.is_valid(contract)
    return is_of_shape and all(rule(contract) for rule in _RULES)


@cache
def _schema_of_openapi() -> jsonschema_rs.Draft4Validator | None:
    """The validator's own JSON Schema of OpenAPI; None where it is kept elsewhere."""
    found = find_spec("openapi_spec_validator")
    folders = found.submodule_search_locations if found else None
    file = Path(folders[0]) / _SCHEMA if folders else _SCHEMA
    if not file.exists():
        return None
    schema = json.loads(file.read_text(encoding="utf-8"))
    return jsonschema_rs.Draft4Validator(schema, validate_formats=False)


def _each_operation_once(contract: Contract) -> bool:
    return _are_different(operation.get("operationId") for _, operation in operations(contract))


def _each_tag_once(contract: Contract) -> bool:
    return _are_different(tag.get("name") for tag in contract.get("tags", ()))


def _parameters_are_declared(contract: Contract) -> bool:
    """Whether each name in a path has a parameter, and no operation declares one twice."""
    for (_, path, _), operation in operations(contract):
        shared = _parameters(contract, contract["paths"][path])
        own = _parameters(contract, operation)
        in_path = {name for name, place in (*shared, *own) if place == "path"}
        if not (_are_different(shared) and _are_different(own)):
            return False
        if not in_path.issuperset(_IN_PATH.findall(str(path))):
            return False
    return True


def _parameters(contract: Contract, holder: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    found = (follow(contract, each) for each in holder.get("parameters", ()))
    return [(each.get("name"), each.get("in")) for each in found]


def _schemas_hold(contract: Contract) -> bool:
    """Whether defaults fit their schemas, and a composed schema has the fields that it requires."""
    return all(
        is_map_of_names(pointer) or (accepts_its_default(node) and _has_required(contract, node))
        for pointer, node in parts(contract)
    )


def _has_required(contract: Contract, node: Mapping[str, Any]) -> bool:
    required = node.get("required")
    if "allOf" not in node or not isinstance(required, list):
        return True
    return set(_properties(contract, node)).issuperset(required)


def _properties(contract: Contract, node: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    yield from node.get("properties", ())
    for each in node.get("allOf", ()) if depth < _DEEPEST else ():
        yield from _properties(contract, follow(contract, each), depth + 1)


def _are_different(values: Iterable[Any]) -> bool:
    found = list(values)
    return len(set(found)) == len(found)


_RULES: tuple[Callable[[Contract], bool], ...] = (
    _each_operation_once,
    _each_tag_once,
    _parameters_are_declared,
    _schemas_hold,
)
