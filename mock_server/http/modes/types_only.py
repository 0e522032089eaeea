"""Rules for request bodies that check types but not values, compiled when first needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from openapi.contract.requests import RequestBody, RequestVariant
from openapi.contract.schemas import Schema, SchemaCompiler, Validator

Compile = Callable[[Schema], Validator]

# Keywords about values. Maximum lengths are not among them: they limit what is stored of a request.
_OF_VALUES = frozenset(
    {
        *("enum", "pattern", "minLength", "minItems", "minProperties", "multipleOf", "uniqueItems"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "example", "default"),
    }
)
# Fields that may be missing if only types count; the model's row in the catalogue has defaults.
DISPENSABLE = frozenset(
    {
        *("model", "prompt", "size", "seconds", "duration", "orientation", "aspect_ratio"),
        *("images", "watermark", "private"),
    }
)


class TypeRules:
    """The types of one contract's request bodies; variants of a body stay alternatives."""

    def __init__(self, compile_: Compile) -> None:
        """Compile schemas with ``compile_``."""
        self._compile = compile_
        self._known: dict[int, tuple[RequestBody, tuple[Validator, ...]]] = {}

    def allow(self, rule: RequestBody, fields: Mapping[str, Any], *, whole: bool) -> bool:
        """Whether some variant allows the fields; ``whole``: no required field may be missing."""
        return any(validator.is_valid(fields) for validator in self._of(rule, whole))

    def _of(self, rule: RequestBody, whole: bool) -> tuple[Validator, ...]:
        # The rule is kept with its schemas, so that its id is not used again.
        key = id(rule) * 2 + whole
        if key not in self._known:
            required = frozenset() if whole else DISPENSABLE
            schemas = _by_types(rule.variants, required)
            self._known[key] = rule, tuple(self._compile(schema) for schema in schemas)
        return self._known[key][1]


def _by_types(variants: Sequence[RequestVariant], dispensable: frozenset[str]) -> Iterator[Schema]:
    """The schema of each variant's types, in which fields of other variants have their types."""
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
    """A schema without keywords about values, references resolved."""
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
