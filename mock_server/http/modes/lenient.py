"""Lenient validation: accepts what strict validation refuses if the documented types allow it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any

from mock_server.faults.fault import CREATES
from mock_server.http.errors import INVALID_VALUE, ApiError
from mock_server.http.exchange import Body
from openapi.catalogue.sizes import is_upright
from openapi.contract.requests import QueryParameter, RequestBody, RequestVariant
from openapi.contract.schemas import Schema, SchemaCompiler, Validator

# Operations with documented requests. Webhook endpoints are not among them: this server itself
# sends requests to the addresses in them.
_TAKEN = frozenset({*CREATES, "createVideoCharacter", "createSoraCharacter"})
# The two formats have different names for the length of a video.
_OTHER_NAMES = {"seconds": "duration", "duration": "seconds"}
_FLAGS = frozenset({"true", "false"})
# The longest name of an unknown model, which jobs keep.
_LONGEST_NAME = 128
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

Compile = Callable[[Schema], Validator]


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


def takes(operation_id: str) -> bool:
    """Whether only the types of requests to an operation are checked."""
    return operation_id in _TAKEN


def take(
    types: TypeRules,
    rule: RequestBody,
    body: Body,
    *,
    problem: ApiError | None,
    default_model: str | None,
) -> Body:
    """The body with defaults for what is missing.

    ``problem`` is why strict validation refuses it, ``default_model`` the dialect's.

    Raises:
        ApiError: the ``problem``; the types do not allow the body either.
    """
    taken = _normalized(body, rule, default_model or _first_model(rule))
    if problem is None:
        return taken
    fields = taken.values
    model = fields.get("model")
    long = isinstance(model, str) and len(model) > _LONGEST_NAME
    if long or not types.allow(rule, fields, whole=False):
        raise problem
    return taken


def substitute(rule: QueryParameter, text: str, problem: ApiError) -> Any:
    """The value used for a query parameter with an invalid one: the nearest number or the default.

    Raises:
        ApiError: the ``problem``; it is about the parameter's type, or how often it was sent.
    """
    if problem.error_kind is not INVALID_VALUE:
        raise problem
    if not rule.integer:
        return rule.default
    number = max(rule.schema.get("minimum", -inf), min(rule.schema.get("maximum", inf), int(text)))
    return int(number)


def _first_model(rule: RequestBody) -> str:
    return next((str(model) for variant in rule.variants for model in variant.models), "")


def _normalized(body: Body, rule: RequestBody, model: str) -> Body:
    """The body with the documented names and types, and with defaults for missing fields."""
    fields = {name: _as_documented(rule, name, value) for name, value in body.fields.items()}
    if rule.by_model:
        fields.setdefault("model", model)
    if "prompt" in rule.fields:
        fields.setdefault("prompt", "")
    for name, other in _OTHER_NAMES.items():
        if name in rule.fields and other not in rule.fields and other in fields:
            fields.setdefault(name, _as_documented(rule, name, fields[other]))
    _add_shape(fields, rule)
    return replace(body, fields=fields)


def _add_shape(fields: dict[str, Any], rule: RequestBody) -> None:
    """Derive a missing size or orientation from the aspect ratio."""
    ratio = fields.get("aspect_ratio")
    upright = is_upright(ratio) if isinstance(ratio, str) else None
    if upright is None:
        return
    if "orientation" in rule.fields:
        fields.setdefault("orientation", "portrait" if upright else "landscape")
    if "size" in rule.fields:
        fields.setdefault("size", ratio)


def _as_documented(rule: RequestBody, name: str, value: Any) -> Any:
    """A number or a flag as a text, if the pages document the field as such a text."""
    if not isinstance(value, bool | int):
        return value
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if any(_lists_like(each.at([name]), value) for each in rule.variants) else value


def _lists_like(field: Mapping[str, Any], value: object) -> bool:
    """Whether a text field lists only flags, or only whole numbers, like ``value``."""
    listed = field.get("enum", ())
    if field.get("type") != "string" or not listed:
        return False
    if isinstance(value, bool):
        return set(listed) >= _FLAGS
    return all(isinstance(each, str) and each.isdecimal() for each in listed)
