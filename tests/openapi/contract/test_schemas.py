"""Holds the translation of OpenAPI 3.0 schemas into the JSON Schema of the validators."""

from typing import Any

import pytest

from openapi.contract.schemas import FILE, SchemaCompiler, convert

# A schema of OpenAPI 3.0, values it takes, values it refuses.
TRANSLATED: dict[str, tuple[dict[str, Any], tuple[Any, ...], tuple[Any, ...]]] = {
    "nullable": ({"type": "string", "nullable": True}, ("a", None), (1,)),
    "nullable with values": (
        {"type": "string", "nullable": True, "enum": ["a"]},
        ("a", None),
        ("b",),
    ),
    "nullable without a type says nothing": ({"nullable": True}, (None, 1), ()),
    "not nullable": ({"type": "string", "nullable": False}, ("a",), (None,)),
    "an exclusive limit": ({"minimum": 1, "exclusiveMinimum": True}, (2,), (1,)),
    "an inclusive limit": ({"maximum": 9, "exclusiveMaximum": False}, (9,), (10,)),
    "a field called nullable": (
        {"properties": {"nullable": {"type": "string"}}},
        ({"nullable": "a"},),
        ({"nullable": 1},),
    ),
    "values that look like schemas": (
        {"enum": [{"nullable": True, "type": "string"}]},
        ({"nullable": True, "type": "string"},),
        ({"type": ["string", "null"]},),
    ),
    "a file": ({"type": "string", "format": "binary"}, (FILE,), ("text", ["x"])),
    "fields within lists": (
        {"type": "array", "items": {"type": "integer", "nullable": True}},
        ([1, None],),
        (["a"],),
    ),
}


@pytest.mark.parametrize(("schema", "taken", "refused"), TRANSLATED.values(), ids=TRANSLATED)
def test_a_schema_means_what_openapi_3_0_says(
    schema: dict[str, Any], taken: tuple[Any, ...], refused: tuple[Any, ...]
) -> None:
    """Words that JSON Schema reads otherwise are translated, all others are kept."""
    validator = SchemaCompiler({}).compile(schema)

    assert [value for value in taken if not validator.is_valid(value)] == []
    assert [value for value in refused if validator.is_valid(value)] == []


def test_references_lead_to_the_contracts_schemas() -> None:
    """A named schema may refer to another one."""
    named = {"A": {"$ref": "#/components/schemas/B"}, "B": {"type": "string", "nullable": True}}
    validator = SchemaCompiler({"components": {"schemas": named}}).compile(
        {"$ref": "#/components/schemas/A"}
    )

    assert validator.is_valid(None)
    assert not validator.is_valid(1)


@pytest.mark.parametrize(
    "reference",
    [
        "#/components/schemas/A/properties/a~1b",
        "#/components/schemas/a%20name~0",
        "#/components/schemas/Loop/properties/next/properties/text",
    ],
)
def test_a_reference_may_be_any_pointer_into_the_contracts_schemas(reference: str) -> None:
    """It may lead into a schema, through a loop, or to a name that is written with escapes."""
    named = {
        "A": {"properties": {"a/b": {"type": "string"}}},
        "a name~": {"$ref": "#/components/schemas/A/properties/a~1b"},
        "Loop": {
            "properties": {
                "next": {"properties": {"text": {"$ref": "#/components/schemas/a%20name~0"}}},
                "again": {"$ref": "#/components/schemas/Loop"},
            }
        },
    }
    validator = SchemaCompiler({"components": {"schemas": named}}).compile({"$ref": reference})

    assert validator.is_valid("text")
    assert not validator.is_valid(1)


def test_a_reference_that_leads_nowhere_is_refused() -> None:
    """No validator is made that would fail at its first use."""
    with pytest.raises(ValueError, match="components/schemas/A"):
        SchemaCompiler({}).compile({"properties": {"a": {"$ref": "#/components/schemas/A"}}})


def test_a_schema_may_be_called_like_a_keyword() -> None:
    """The names of schemas are names, whatever they say."""
    named = {"nullable": {"type": "string"}}
    compiler = SchemaCompiler({"components": {"schemas": named}})

    assert not compiler.compile({"$ref": "#/components/schemas/nullable"}).is_valid(1)


def test_what_is_given_is_not_changed() -> None:
    """A translation is a copy."""
    schema = {"type": "integer", "minimum": 1, "exclusiveMinimum": True}
    convert(schema)

    assert schema == {"type": "integer", "minimum": 1, "exclusiveMinimum": True}
