"""Creates faults from a kind and settings, and rejects invalid settings.

The limits of a setting are JSON Schema keywords in the metadata of its field.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import fields
from math import isfinite
from typing import Any, get_args, get_type_hints

import jsonschema_rs

from mock_server.faults import FAULTS
from mock_server.faults.active import Match
from mock_server.faults.fault import Fault
from mock_server.patterns import SYNTAX, PatternError, require_pattern

JsonSchema = dict[str, Any]

_TYPES: Mapping[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}
_TYPE_NAMES = {"string": "text", "integer": "a whole number", "number": "a number"}
_LONGEST_QUOTE = 80


class FaultError(ValueError):
    """A fault cannot be set. The message names the setting and its allowed values."""


def make_fault(kind: str, settings: Mapping[str, Any]) -> tuple[Fault, Match]:
    """Create a fault and the match that selects its requests. Settings of None are ignored.

    Raises:
        FaultError: the kind or a setting is unknown, or a value is not allowed.
    """
    schema = settings_schema(kind)
    given = {name: value for name, value in settings.items() if value is not None}
    for problem in _problems(kind, schema["properties"], given):
        raise FaultError(f"the fault '{kind}' {problem}")
    own = {each.name for each in fields(FAULTS[kind])}
    typed = {name: _typed(schema["properties"][name], value) for name, value in given.items()}
    fault = FAULTS[kind](**{name: value for name, value in typed.items() if name in own})
    return fault, Match(**{name: value for name, value in typed.items() if name not in own})


def read_fault(text: str) -> tuple[Fault, Match]:
    """Parse a line such as ``latency ms=200 operation=createVideo``.

    Raises:
        FaultError: the line has another form, or ``make_fault`` rejects it.
    """
    try:
        kind, *pairs = shlex.split(text)
    except ValueError as error:
        raise FaultError(f"write a fault as KIND setting=value ..., not {text!r}") from error
    properties = settings_schema(kind)["properties"]
    settings: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name in settings:
            raise FaultError(f"the fault '{kind}' takes setting=value, each once, not '{pair}'")
        settings[name] = _read(properties.get(name, {}), value)
    return make_fault(kind, settings)


def settings_schema(kind: str) -> JsonSchema:
    """The JSON schema of all settings of a kind, including those that select requests.

    Raises:
        FaultError: the kind is unknown.
    """
    if kind not in FAULTS:
        raise FaultError(f"no fault '{kind[:_LONGEST_QUOTE]}'; known: {', '.join(FAULTS)}")
    # A fault's own setting takes precedence over one of Match with the same name.
    properties = {**_properties(Match), **_properties(FAULTS[kind])}
    needed = FAULTS[kind].needs
    return {
        "title": kind,
        "description": FAULTS[kind].summary,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "not": _given(properties, "nth", "first"),
        **({"anyOf": [_given(properties, name) for name in needed]} if needed else {}),
    }


def _given(properties: Mapping[str, JsonSchema], *names: str) -> JsonSchema:
    """The schema that requires settings to be given; null counts as not given."""
    kinds = {name: {"type": _plain_type(properties[name])} for name in names}
    return {"required": list(names), "properties": kinds}


def _plain_type(schema: JsonSchema) -> str:
    kind = schema["type"]
    return str(kind if isinstance(kind, str) else kind[0])


def _properties(described: Any) -> JsonSchema:
    hints = get_type_hints(described)
    return {each.name: _property(hints[each.name], each) for each in fields(described)}


def _property(hint: Any, described: Any) -> JsonSchema:
    kinds = [_TYPES[each] for each in get_args(hint) or (hint,)]
    schema: JsonSchema = {"type": kinds[0] if len(kinds) == 1 else kinds, **described.metadata}
    if "null" in kinds and "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return {**schema, "default": described.default}


def _problems(
    kind: str, properties: Mapping[str, JsonSchema], given: Mapping[str, Any]
) -> Iterator[str]:
    """Describe each invalid setting."""
    for name, value in given.items():
        if name not in properties:
            own = ", ".join(each.name for each in fields(FAULTS[kind])) or "no settings"
            matching = ", ".join(each.name for each in fields(Match))
            yield (
                f"does not take '{name[:_LONGEST_QUOTE]}'; "
                f"it takes {own}, and for the requests it is for {matching}"
            )
        elif not _is_valid(properties[name], value):
            shown = repr(value)[:_LONGEST_QUOTE]
            yield f"has '{name}' of {shown}, but it must be {_demand(properties[name])}"
    needed = FAULTS[kind].needs
    if needed and not set(needed) & set(given):
        yield f"needs {' or '.join(map(repr, needed))}"
    if "nth" in given and "first" in given:
        yield "has both 'nth' and 'first': give one of them"


def _is_valid(schema: JsonSchema, value: object) -> bool:
    if isinstance(value, float) and not isfinite(value):
        return False
    try:
        sound = jsonschema_rs.Draft202012Validator(schema).is_valid(value)
    except ValueError:
        # A value that JSON cannot express.
        return False
    return sound and (schema.get("format") != "regex" or _is_pattern(value))


def _is_pattern(value: object) -> bool:
    try:
        require_pattern(str(value))
    except PatternError:
        return False
    return True


def _demand(schema: JsonSchema) -> str:
    """Describe the allowed values of a setting."""
    if "enum" in schema:
        return f"one of {', '.join(repr(each) for each in schema['enum'] if each is not None)}"
    if schema.get("format") == "regex":
        return f"a regular expression{_limits(schema)}, in {SYNTAX}"
    return f"{_kind(schema)}{_limits(schema)}"


def _kind(schema: JsonSchema) -> str:
    if schema["type"] == "boolean":
        return "true or false"
    return _TYPE_NAMES[_plain_type(schema)]


def _limits(schema: JsonSchema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    text = "" if low is None else f" from {low} to {high}"
    if "not" in schema:
        text += f" other than {', '.join(map(str, schema['not']['enum']))}"
    if "minLength" in schema:
        text += " that is not empty"
    if "pattern" in schema:
        text += " of printable ASCII characters"
    if "maxLength" in schema:
        text += f", at most {schema['maxLength']} characters"
    return text


def _typed(schema: JsonSchema, value: Any) -> Any:
    if not isinstance(value, float):
        return value
    # JSON Schema counts 2.0 as an integer. Adding zero turns minus zero into zero.
    return int(value) if "integer" in schema["type"] else value + 0.0


def _read(schema: JsonSchema, text: str) -> Any:
    """Parse a value of the command line; text of another type is returned unchanged."""
    kinds = schema.get("type", "string")
    if "boolean" in kinds:
        return {"true": True, "false": False}.get(text.lower(), text)
    for kind, read in (("integer", int), ("number", float)):
        if kind in kinds:
            try:
                return read(text)
            except ValueError:
                return text
    return text
