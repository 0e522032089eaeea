"""Holds unions: what one schema takes and what another takes, both are taken."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.contract.schemas import SchemaCompiler
from openapi.merging.schemas import any_of, widened
from openapi.pages.field import fits, type_of

VALUES: tuple[Any, ...] = (True, 3, 1.5, "a", ["a"], {"a": 1}, None)
SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "string"},
    {"type": "string", "enum": ["a"]},
    {"type": "integer", "minimum": 2},
    {"type": "number"},
    {"type": "boolean", "nullable": True},
    {"type": "array", "items": {"type": "string"}},
    {"type": "object", "required": ["a"]},
    {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    {},
)
COMPILER = SchemaCompiler({})


def takes(schema: dict[str, Any], value: Any) -> bool:
    """Whether a schema takes a value."""
    return COMPILER.compile(schema).is_valid(value)


@given(st.lists(st.sampled_from(SCHEMAS), min_size=1, max_size=4), st.sampled_from(VALUES))
def test_a_union_takes_what_one_of_its_schemas_takes(
    schemas: list[dict[str, Any]], value: Any
) -> None:
    """Neither more nor less, in whichever order they come."""
    taken = any(takes(schema, value) for schema in schemas)

    assert takes(any_of(schemas), value) == taken
    assert takes(any_of([*reversed(schemas)]), value) == taken


@given(st.sampled_from(SCHEMAS), st.lists(st.sampled_from(VALUES), max_size=3))
def test_a_widened_schema_has_room_for_the_types_of_the_values(
    schema: dict[str, Any], values: list[Any]
) -> None:
    """What it took it still takes, and no value is refused for its type any more."""
    wider = widened(dict(schema), values)
    free: dict[str, Any] = {
        key: wider[key] for key in ("type", "nullable", "anyOf") if key in wider
    }

    assert all(takes(wider, value) for value in VALUES if takes(schema, value))
    assert all(takes({**free, "items": {}}, value) for value in values)


def test_equal_schemas_are_one_whatever_they_are_called() -> None:
    """Words and sources make no difference between schemas."""
    schemas = [{"type": "string", "description": "A", "x-source": "a:1"}, {"type": "string"}]

    assert any_of(schemas) == {"type": "string"}


def test_a_schema_that_has_room_stays_as_it_is() -> None:
    """An integer is a number, so nothing is added."""
    assert widened({"type": "number"}, [1, 2.5]) == {"type": "number"}


def test_a_null_makes_a_type_nullable() -> None:
    """Null is no type of OpenAPI 3.0."""
    assert widened({"type": "string"}, [None]) == {"type": "string", "nullable": True}


@pytest.mark.parametrize("value", VALUES)
def test_every_json_value_has_a_type(value: Any) -> None:
    """The type of a value is the one a schema of that type takes."""
    kind = type_of(value)

    assert fits(value, kind)
    assert kind == "null" or takes({"type": kind}, value)


def test_a_truth_value_is_no_number() -> None:
    """Python takes true for 1; JSON does not."""
    assert not fits(True, "integer")
    assert not fits(1, "boolean")
