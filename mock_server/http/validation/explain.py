"""Explains why a body is refused: the field, the rule, and the page and line that state it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from mock_server.domain.truncation import quote
from mock_server.http.errors import (
    EMPTY_VALUE,
    INVALID_TYPE,
    INVALID_VALUE,
    MISSING_PARAMETER,
    MODEL_NOT_FOUND,
    TOO_LONG,
    UNKNOWN_PARAMETER,
    ApiError,
)
from mock_server.http.validation.limits import is_limited_number, number_in_words
from mock_server.http.validation.nearest import Candidate, CheckedBody, nearest, reasons
from openapi.contract.error_kinds import ErrorKind
from openapi.contract.requests import RequestBody, RequestVariant, Step

Availability = Callable[[str], ApiError | None]

_BY_KEYWORD: Mapping[str, ErrorKind] = {
    "required": MISSING_PARAMETER,
    "type": INVALID_TYPE,
    "anyOf": INVALID_TYPE,
    "minLength": EMPTY_VALUE,
    "maxLength": TOO_LONG,
}
_LONGEST_QUOTE = 80
_MOST_REASONS = 3
_EXPECTED: Mapping[str, str] = {
    "file": "a file",
    "object": "an object",
    "string": "a string",
    "array": "an array",
    "integer": "an integer",
    "boolean": "a boolean",
}


def refusal(rule: RequestBody, fields: Mapping[str, Any], availability: Availability) -> ApiError:
    """The error for a body that no variant accepts, about the variant that is most similar to it.

    ``availability`` returns the error for a known model that cannot be used, or None.
    """
    candidates = rule.variants
    if rule.by_model:
        problem = _model_problem(rule, fields, availability)
        if problem:
            return problem
        candidates = tuple(v for v in candidates if v.covers(fields["model"]))
    body = CheckedBody(fields)
    found = nearest(candidates, body)
    if not found.errors:
        # A variant accepts it, but the rules for all variants do not.
        candidates = (rule.whole,)
        found = nearest(candidates, body)
    if not found.errors:
        found = Candidate(rule.whole, body.first(rule.whole))
    error = _error(found.variant, _most_important(found.errors), fields, candidates)
    why = list(dict.fromkeys(reasons(found, error.param or "", body, rule.variants)))
    if why:
        joined = "; the ".join(why[:_MOST_REASONS])
        error.message = f"{error.message} The {joined}."
    return error


def _model_problem(
    rule: RequestBody, fields: Mapping[str, Any], availability: Availability
) -> ApiError | None:
    model = fields.get("model")
    if any(variant.covers(model) for variant in rule.variants):
        return None
    known = "; ".join(_demands(rule.variants, ["model"], "enum"))
    if model is None:
        demand = f"Missing required parameter: 'model'. {known}."
        return ApiError(MISSING_PARAMETER, demand, param="model")
    if not isinstance(model, str):
        return ApiError(INVALID_TYPE, f"'model' must be text. {known}.", param="model")
    message = f"No page documents the model {quote(model)} here: {known}."
    facts = {"model": model[:_LONGEST_QUOTE]}
    return availability(model) or ApiError(MODEL_NOT_FOUND, message, param="model", facts=facts)


def _most_important(
    errors: Sequence[jsonschema_rs.ValidationError],
) -> jsonschema_rs.ValidationError:
    """The first error that a client has to fix: a missing field, then a wrong type."""
    order = {"required": 0, "type": 1}
    return min(errors, key=lambda error: order.get(_keyword(error), 2))


def _keyword(error: jsonschema_rs.ValidationError) -> str:
    return str(error.kind.name)


def _error(
    variant: RequestVariant,
    error: jsonschema_rs.ValidationError,
    fields: Mapping[str, Any],
    candidates: Sequence[RequestVariant],
) -> ApiError:
    keyword = _keyword(error)
    path: list[Step] = list(error.instance_path)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        return _unknown(path, error.kind.unexpected, variant.at(path).get("properties", {}))
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        path.append(error.kind.property)
    error_kind = _error_kind(keyword, variant.at(path), _value_at(fields, path))
    if not path:
        demand = _alternatives(variant.schema.get(keyword, ()))
        return ApiError(error_kind, f"{demand} ({variant.source_at(path, keyword)}).")
    param = _spell_path(path)
    value = _value_at(fields, path)
    demands = list(dict.fromkeys(_demands(candidates, path, keyword)))
    message = f"{_what(error_kind, param, value)} {'; '.join(demands)}."
    facts = _facts([candidate.at(path) for candidate in candidates], value)
    return ApiError(error_kind, message, param=param, facts=facts)


def _facts(places: Sequence[Mapping[str, Any]], value: object) -> dict[str, object]:
    """Facts for the templates of dialects: what was sent, and what is allowed."""
    facts: dict[str, object] = {"value": quote(value), "got": _kind(value)[1]}
    allowed = dict.fromkeys(repr(each) for place in places for each in place.get("enum", ()))
    if allowed:
        facts["allowed"] = _listing(list(allowed))
    expected = {_EXPECTED.get(kind, kind) for place in places for kind in _expected(place)}
    if len(expected) == 1:
        facts["expected"] = expected.pop()
    return facts


def _expected(place: Mapping[str, Any]) -> Iterable[str]:
    if place.get("format") == "binary":
        return ("file",)
    return _kinds(place) if "anyOf" in place else filter(None, (place.get("type"),))


def _listing(values: Sequence[str]) -> str:
    """Values as OpenAI lists them: ``'4', '8', and '12'``."""
    *others, last = values
    if not others:
        return last
    return f"{', '.join(others)}{',' if len(others) > 1 else ''} and {last}"


def _unknown(path: Sequence[Step], names: Sequence[str], known: Iterable[str]) -> ApiError:
    param = _spell_path([*path, names[0]])
    message = f"Unknown parameter: '{param}'; there are {', '.join(sorted(known))}."
    return ApiError(UNKNOWN_PARAMETER, message, param=param)


def _error_kind(keyword: str, part: Mapping[str, Any], value: object) -> ErrorKind:
    if keyword == "anyOf" and _kind(value)[0] in _kinds(part):
        return INVALID_VALUE
    return _BY_KEYWORD.get(keyword, INVALID_VALUE)


def _alternatives(choices: Sequence[Mapping[str, Any]]) -> str:
    """Which fields to send if some exclude each other."""
    names = [" and ".join(map(repr, choice.get("required", ()))) for choice in choices]
    return f"Send exactly one of {', '.join(names)}" if all(names) else "No form of it fits"


def _spell_path(path: Sequence[Step]) -> str:
    """A path in a body as OpenAI writes it: ``images[0]``, ``video.id``."""
    first, *rest = path
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest)
    return f"{first}{''.join(steps)}"


def _value_at(fields: Mapping[str, Any], path: Sequence[Step]) -> Any:
    value: Any = fields
    for step in path:
        known = isinstance(value, list) or (isinstance(value, dict) and step in value)
        value = value[step] if known else None
    return value


def _what(error_kind: ErrorKind, name: str, value: object) -> str:
    if error_kind is MISSING_PARAMETER:
        return f"Missing required parameter: '{name}'."
    if error_kind is EMPTY_VALUE:
        return f"'{name}' must not be empty."
    if error_kind is TOO_LONG:
        return f"'{name}' is too long."
    if error_kind is INVALID_TYPE:
        return f"Invalid type for '{name}': got {_kind(value)[1]}."
    return f"Invalid value for '{name}': {quote(value)}."


def _kind(value: object) -> tuple[str, str]:
    """The JSON type of a value, and its name in errors."""
    names: dict[type, tuple[str, str]] = {
        dict: ("object", "a file or an object"),
        str: ("string", "a string"),
        list: ("array", "a list"),
        bool: ("boolean", "a boolean"),
        int: ("number", "a number"),
        float: ("number", "a number"),
    }
    return names.get(type(value), ("null", "null"))


def _demands(
    variants: Sequence[RequestVariant], path: Sequence[Step], keyword: str
) -> Iterator[str]:
    """The rule of each variant for a field, with its page and line."""
    for variant in variants:
        part = variant.at(path)
        if keyword == "required":
            names = variant.at(path[:-1]).get("required", ())
            if path[-1] in names:
                yield f"{variant.source_at(path[:-1], keyword)} requires {', '.join(names)}"
        elif "enum" in part and not is_limited_number(part):
            yield from _listed(part)
        elif part:
            yield f"{variant.source_at(path, keyword)} says {_description(part, keyword)}"


def _listed(field: Mapping[str, Any]) -> Iterator[str]:
    """The allowed values, grouped by page, with the first line of each page."""
    groups: dict[str, list[str]] = {}
    sources = field.get("x-enum-sources", {})
    first_lines: dict[str, str] = {}
    for value in field["enum"]:
        source = sources.get(str(value), field.get("x-source", "the contract"))
        page = source.partition(":")[0]
        first_lines.setdefault(page, source)
        groups.setdefault(page, []).append(repr(value))
    for page, values in groups.items():
        yield f"{first_lines[page]} allows {', '.join(values)}"


def _description(field: Mapping[str, Any], keyword: str) -> str:
    if field.get("format") == "binary":
        return "a file"
    if is_limited_number(field):
        return number_in_words(field["x-declared"])
    if keyword == "type":
        return f"type {field.get('type', 'of another kind')}"
    if keyword == "anyOf":
        return " or ".join(_kinds(field))
    return f"{keyword} {field[keyword]}" if keyword in field else "otherwise"


def _kinds(field: Mapping[str, Any]) -> Iterable[str]:
    """The JSON types of a field with alternatives."""
    return dict.fromkeys(choice.get("type", "object") for choice in field.get("anyOf", ()))
