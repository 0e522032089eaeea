"""What the documented requests of a body allow by their types alone, compiled when first needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from mock_server.http.validation.rules import BodyRule, Schema, Variant

Validator = jsonschema_rs.Draft202012Validator
Compile = Callable[[Schema], Validator]

# What a schema says of values beyond their types. Upper bounds of lengths stay: they keep what is
# kept of a request small.
_OF_VALUES = frozenset(
    {
        *("enum", "pattern", "minLength", "minItems", "minProperties", "multipleOf", "uniqueItems"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "example", "default"),
    }
)
# What a request may leave out when only types count: the model's row, or nothing, stands in for it.
DISPENSABLE = frozenset(
    {
        *("model", "prompt", "size", "seconds", "duration", "orientation", "aspect_ratio"),
        *("images", "watermark", "private"),
    }
)


class TypeRules:
    """The types of one contract's bodies; the request variants of a body stay alternatives."""

    def __init__(self, compile_: Compile) -> None:
        """Compile schemas with ``compile_``."""
        self._compile = compile_
        self._known: dict[int, tuple[BodyRule, tuple[Validator, ...]]] = {}

    def allow(self, rule: BodyRule, fields: Mapping[str, Any], *, whole: bool) -> bool:
        """Whether some variant's types do; ``whole`` says that no required field may be missing."""
        return any(validator.is_valid(fields) for validator in self._of(rule, whole))

    def _of(self, rule: BodyRule, whole: bool) -> tuple[Validator, ...]:
        # A rule lives as long as its contract, and is kept here so that no other gets its id.
        key = id(rule) * 2 + whole
        if key not in self._known:
            required = frozenset() if whole else DISPENSABLE
            schemas = _by_types(rule.variants, required)
            self._known[key] = rule, tuple(self._compile(schema) for schema in schemas)
        return self._known[key][1]


def _by_types(variants: Sequence[Variant], dispensable: frozenset[str]) -> Iterator[Schema]:
    """The schema of each variant by its types; a field it does not know has those of the others."""
    schemas = [_types(variant.schema, variant.named) for variant in variants]
    kinds: dict[str, list[Schema]] = {}
    for schema in schemas:
        for name, field in schema.get("properties", {}).items():
            kinds.setdefault(name, []).append(field)
    fields = {name: {"anyOf": found} for name, found in kinds.items()}
    for schema in schemas:
        required = [name for name in schema.get("required", ()) if name not in dispensable]
        yield {**schema, "properties": fields, "required": required}


def _types(schema: Schema, named: Mapping[str, Schema]) -> dict[str, Any]:
    """A schema without what it says of values, and with what it refers to in place."""
    if "$ref" in schema:
        return _types(named[schema["$ref"].rpartition("/")[2]], named)
    return {
        keyword: _member(keyword, value, named)
        for keyword, value in schema.items()
        if keyword not in _OF_VALUES and not keyword.startswith("x-")
    }


def _member(keyword: str, value: Any, named: Mapping[str, Schema]) -> Any:
    if keyword == "properties":
        return {name: _types(field, named) for name, field in value.items()}
    if isinstance(value, Mapping):
        return _types(value, named)
    if isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
        return [_types(each, named) for each in value]
    return value
