"""JSON Schemas of stored objects, derived from their dataclasses."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import jsonschema_rs

from mock_server.stores.protocol import StoredStateError

JsonSchema = dict[str, Any]

# The largest integer that a float holds exactly.
_LARGEST = 2**53
_LONGEST_REASON = 200
_PLAIN: Mapping[object, JsonSchema] = {
    Any: {},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    int: {"type": "integer", "minimum": -_LARGEST, "maximum": _LARGEST},
    type(None): {"type": "null"},
}
_BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_NOT_NEGATIVE = {"minimum": 0}
_PERCENT = {"minimum": 0, "maximum": 100}
# Limits on fields of these names, in addition to their type.
_LIMITS: Mapping[str, JsonSchema] = {
    "width": {"minimum": 1, "maximum": 16_384},
    "height": {"minimum": 1, "maximum": 16_384},
    "seconds": {"minimum": 0, "maximum": 86_400},
    "speed": _NOT_NEGATIVE,
    "step_ms": _NOT_NEGATIVE,
    "duration_ms": _NOT_NEGATIVE,
    "progress_start": _PERCENT,
    "progress_end": _PERCENT,
    "secret": {"pattern": f"^whsec_{_BASE64}$"},
    "old_secret": {"pattern": f"^whsec_{_BASE64}$"},
}


class Shape:
    """Checks stored data against a schema. Errors never show the data, which may be secret."""

    def __init__(self, what: str, scope: str, schema: JsonSchema) -> None:
        """``what`` describes the data in errors; a reset of ``scope`` removes it."""
        self._what, self._scope = what, scope
        self._validator = jsonschema_rs.Draft202012Validator(schema, mask="the stored value")

    def require(self, data: Any) -> None:
        """Raise StoredStateError if the data does not match the schema."""
        if not self._validator.is_valid(data):
            error = next(iter(self._validator.iter_errors(data)))
            place = "/".join(map(str, error.instance_path))
            raise self.broken(f"{error.message} (at /{place})")

    def broken(self, reason: str) -> StoredStateError:
        """The error for data that cannot be used."""
        return StoredStateError(f"{self._what}: {reason[:_LONGEST_REASON]}", self._scope)


def record(described: type) -> JsonSchema:
    """The schema of an object with exactly the fields of a dataclass."""
    hints = get_type_hints(described)
    return {
        "type": "object",
        "properties": {each.name: _field(each.name, hints) for each in fields(described)},
        "required": [each.name for each in fields(described) if _is_required(each)],
        "additionalProperties": False,
    }


def row(described: type, **others: JsonSchema) -> JsonSchema:
    """The schema of an array of the fields of a dataclass; ``others`` replace some by name."""
    hints = get_type_hints(described)
    parts = [others.get(each.name) or _field(each.name, hints) for each in fields(described)]
    least = sum(map(_is_required, fields(described)))
    return {"type": "array", "prefixItems": parts, "minItems": least, "items": False}


def without(schema: JsonSchema, name: str) -> JsonSchema:
    """The schema of a record without one field, which is stored in the key."""
    properties = {each: part for each, part in schema["properties"].items() if each != name}
    required = [each for each in schema["required"] if each != name]
    return {**schema, "properties": properties, "required": required}


def _is_required(described: Any) -> bool:
    return described.default is MISSING and described.default_factory is MISSING


def _field(name: str, hints: Mapping[str, Any]) -> JsonSchema:
    schema = _of(hints[name])
    return {**schema, "allOf": [_LIMITS[name]]} if name in _LIMITS else schema


def _of(hint: Any) -> JsonSchema:
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_dataclass(hint) and isinstance(hint, type):
        return record(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [str(each) for each in hint]}
    parts = [_of(each) for each in get_args(hint) if each is not ...]
    if get_origin(hint) in (Union, UnionType):
        return {"anyOf": parts}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": parts[0]}
    return {"type": "object", "additionalProperties": parts[-1]}
