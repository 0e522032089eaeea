"""What the documented requests of a body allow by their types alone, compiled when first needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from openapi.contract.requests import RequestBody, RequestVariant
from openapi.contract.schemas import Schema, SchemaCompiler, Validator

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
        self._known: dict[int, tuple[RequestBody, tuple[Validator, ...]]] = {}

    def allow(self, rule: RequestBody, fields: Mapping[str, Any], *, whole: bool) -> bool:
        """Whether some variant's types do; ``whole`` says that no required field may be missing."""
        return any(validator.is_valid(fields) for validator in self._of(rule, whole))

    def _of(self, rule: RequestBody, whole: bool) -> tuple[Validator, ...]:
        # A rule lives as long as its contract, and is kept here so that no other gets its id.
        key = id(rule) * 2 + whole
        if key not in self._known:
            required = frozenset() if whole else DISPENSABLE
            schemas = _by_types(rule.variants, required)
            self._known[key] = rule, tuple(self._compile(schema) for schema in schemas)
        return self._known[key][1]


def _by_types(variants: Sequence[RequestVariant], dispensable: frozenset[str]) -> Iterator[Schema]:
    """The schema of each variant by its types; a field it does not know has those of the others."""
    schemas = [_types(variant.schema, variant.schemas) for variant in variants]
    kinds: dict[str, list[Schema]] = {}
    for schema in schemas:
        for name, field in schema.get("properties", {}).items():
            kinds.setdefault(name, []).append(field)
    fields = {name: {"anyOf": found} for name, found in kinds.items()}
    for schema in schemas:
        required = [name for name in schema.get("required", ()) if name not in dispensable]
        yield {**schema, "properties": fields, "required": required}


def _types(schema: Schema, compiler: SchemaCompiler) -> dict[str, Any]:
    """A schema without what it says of values, and with what it refers to in place."""
    return {
        keyword: _member(keyword, value, compiler)
        for keyword, value in compiler.follow(schema).items()
        if keyword not in _OF_VALUES and not keyword.startswith("x-")
    }


def _member(keyword: str, value: Any, compiler: SchemaCompiler) -> Any:
    if keyword == "properties":
        return {name: _types(field, compiler) for name, field in value.items()}
    if isinstance(value, Mapping):
        return _types(value, compiler)
    if isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
        return [_types(each, compiler) for each in value]
    return value
