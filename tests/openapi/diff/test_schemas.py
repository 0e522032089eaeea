"""Holds the comparison of schemas: what is narrower, wider, renamed, and that nothing is missed."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.contract.contract import Contract
from openapi.diff.difference import ADMITS, BOTH, EXCLUDES, NONE, Direction, Effect, Kind
from openapi.diff.schemas import Part, SchemaComparison, Shift

EMPTY = Contract({"paths": {}})


def shifts(
    old: dict[str, Any], new: dict[str, Any], direction: Direction = Direction.REQUEST
) -> list[Shift]:
    """Every change from one schema to another, neither with references."""
    comparison = SchemaComparison(direction)
    return list(comparison.compare(Part.of(EMPTY, old), Part.of(EMPTY, new)))


def fields(**schemas: Any) -> dict[str, Any]:
    """The schema of an object with these fields."""
    return {"type": "object", "properties": schemas}


@pytest.mark.parametrize(
    ("old", "new", "kind", "effect"),
    [
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, Kind.NARROWED, EXCLUDES),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, Kind.WIDENED, ADMITS),
        ({}, {"enum": ["a"]}, Kind.NARROWED, EXCLUDES),
        ({"enum": ["a"]}, {}, Kind.WIDENED, ADMITS),
        ({"type": "string"}, {"type": "integer"}, Kind.CHANGED, BOTH),
        ({"type": "number"}, {"type": "integer"}, Kind.NARROWED, EXCLUDES),
        ({"type": "integer"}, {"type": "number"}, Kind.WIDENED, ADMITS),
        ({"type": "string"}, {"type": "string", "nullable": True}, Kind.WIDENED, ADMITS),
        ({"type": "string"}, {}, Kind.WIDENED, ADMITS),
        ({"minimum": 1}, {"minimum": 2}, Kind.NARROWED, EXCLUDES),
        ({"maximum": 1}, {"maximum": 2}, Kind.WIDENED, ADMITS),
        ({}, {"maxLength": 5}, Kind.NARROWED, EXCLUDES),
        ({"maxLength": 5}, {}, Kind.WIDENED, ADMITS),
        ({"pattern": "a"}, {"pattern": "b"}, Kind.CHANGED, BOTH),
        ({"format": "uri"}, {}, Kind.WIDENED, ADMITS),
        ({"default": 4}, {"default": 8}, Kind.CHANGED, EXCLUDES),
        ({"description": "a"}, {"description": "b"}, Kind.REWORDED, NONE),
        ({}, {"additionalProperties": False}, Kind.NARROWED, EXCLUDES),
    ],
)
def test_one_keyword_is_one_change(
    old: dict[str, Any], new: dict[str, Any], kind: Kind, effect: Effect
) -> None:
    """Each keyword that changed is one row with its kind and its effect."""
    (found,) = shifts(old, new)

    assert (found.kind, found.effect) == (kind, effect)


@pytest.mark.parametrize(
    ("direction", "required", "effect"),
    [
        (Direction.REQUEST, True, BOTH),
        (Direction.REQUEST, False, ADMITS),
        (Direction.RESPONSE, True, EXCLUDES),
        (Direction.RESPONSE, False, NONE),
    ],
)
def test_a_new_field_matters_by_who_sends_it(
    direction: Direction, required: bool, effect: Effect
) -> None:
    """Clients must send a new required field; that a response has a new one breaks no client."""
    new = fields(a={"type": "string"})
    new["required"] = ["a"] if required else []

    (found,) = shifts(fields(), new, direction)

    assert (found.kind, found.effect) == (Kind.ADDED, effect)


@pytest.mark.parametrize(
    ("direction", "effect"), [(Direction.REQUEST, EXCLUDES), (Direction.RESPONSE, ADMITS)]
)
def test_a_removed_field_breaks_clients(direction: Direction, effect: Effect) -> None:
    """A client that sends or reads a field is broken when the field goes."""
    (found,) = shifts(fields(a={"type": "string"}), fields(), direction)

    assert (found.kind, found.effect) == (Kind.REMOVED, effect)
    assert [str(party) for party in found.effect.breaks(direction)] == ["client"]


def test_a_field_under_another_name_is_renamed() -> None:
    """One field gone and one come of the same distinctive shape are one change, not two."""
    listed = {"type": "string", "enum": ["noir", "news"]}

    (found,) = shifts(fields(style=listed), fields(look=listed))

    assert (found.kind, found.old, found.new) == (Kind.RENAMED, "style", "look")


def test_a_renamed_field_is_compared_further() -> None:
    """A field that got a new name and became required has two changes."""
    listed = {"type": "string", "enum": ["noir", "news"]}

    found = shifts(fields(style=listed), {**fields(look=listed), "required": ["look"]})

    assert [each.kind for each in found] == [Kind.RENAMED, Kind.NARROWED]


def test_among_many_fields_of_one_shape_no_name_is_guessed() -> None:
    """Thousands of like fields are not compared in pairs: all of them went, and others came."""
    old = fields(**{f"field_{number}": {"type": "string"} for number in range(3000)})
    new = fields(**{f"fields_{number}": {"type": "string"} for number in range(3000)})

    assert {each.kind for each in shifts(old, new)} == {Kind.REMOVED, Kind.ADDED}


def test_fields_that_say_little_are_not_taken_for_each_other() -> None:
    """Two texts of unlike names are one removed and one added."""
    found = shifts(fields(prompt={"type": "string"}), fields(style={"type": "string"}))

    assert [each.kind for each in found] == [Kind.REMOVED, Kind.ADDED]


def test_a_field_declared_as_boolean_in_a_form_is_compared_by_that() -> None:
    """A form's text that stands for a boolean is a boolean: that changed, not a list of values."""
    text = {"type": "string"}
    boolean = {"type": "string", "enum": ["true", "false"], "x-declared": {"type": "boolean"}}

    (found,) = shifts(fields(watermark=text), fields(watermark=boolean))

    assert (found.old, found.new) == ("string", "boolean")


def test_a_schema_that_contains_itself_ends() -> None:
    """References in a circle are followed to a depth, then left."""
    node = {"type": "object", "properties": {"child": {"$ref": "#/components/schemas/Node"}}}
    changed = {**node, "description": "other"}
    old, new = (
        Contract({"paths": {}, "components": {"schemas": {"Node": each}}})
        for each in (node, changed)
    )
    reference = {"$ref": "#/components/schemas/Node"}

    found = list(
        SchemaComparison(Direction.REQUEST).compare(
            Part.of(old, reference), Part.of(new, reference)
        )
    )

    assert {each.kind for each in found} == {Kind.REWORDED}


_VALUES = st.sampled_from(["a", "bb", "ccc", 0, 1, 2, 5, True, None, [], ["a"]])
_SCALARS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean"]),
        "enum": st.lists(_VALUES, min_size=1, max_size=3, unique_by=repr),
        "minimum": st.integers(0, 3),
        "maximum": st.integers(0, 3),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "pattern": st.sampled_from(["^a", "^b"]),
        "multipleOf": st.sampled_from([1, 2]),
    },
)
_OBJECTS = st.builds(
    # Closed: in an open object a field was allowed before it had a name.
    lambda members, required: {
        "type": "object",
        "properties": members,
        "required": sorted(set(required) & members.keys()),
        "additionalProperties": False,
    },
    st.dictionaries(st.sampled_from("pqr"), _SCALARS, max_size=3),
    st.lists(st.sampled_from("pqr"), max_size=2),
)
_INSTANCES = st.dictionaries(st.sampled_from("pqr"), _VALUES, max_size=3)


@given(old=_OBJECTS, new=_OBJECTS, instance=_INSTANCES)
def test_what_one_schema_allows_and_the_other_not_is_reported(
    old: dict[str, Any], new: dict[str, Any], instance: dict[str, Any]
) -> None:
    """A message that became invalid has a change that excludes; one that became valid, admits."""
    before, after = (jsonschema_rs.is_valid(each, instance) for each in (old, new))
    found = shifts(old, new)

    if before and not after:
        assert any(each.effect.excludes for each in found)
    if after and not before:
        assert any(each.effect.admits for each in found)


@given(schema=_OBJECTS)
def test_a_schema_does_not_differ_from_itself(schema: dict[str, Any]) -> None:
    """Two readings of one schema have no change between them."""
    assert shifts(schema, dict(schema)) == []
