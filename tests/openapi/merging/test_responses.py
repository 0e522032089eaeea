"""Holds response bodies as several pages describe them: their name, fields, demands, examples."""

from typing import Any

import pytest

from openapi.contract.requests import JSON
from openapi.contract.schemas import SchemaCompiler
from openapi.merging.responses import Reply, component_name, replies_of, united_schema
from openapi.pages.operation import operations_of
from tests.openapi.samples import data, page


def replies(
    *media: str, path: str = "/v1/a", method: str = "post", kind: str = JSON
) -> list[Reply]:
    """What pages say of the answer to one operation; each text is one media type object."""
    found = []
    for number, text in enumerate(media):
        answers = {"200": {"description": "", "content": {kind: data(text)}}}
        each = page(f"p{number}", {path: {method: {"responses": answers}}})
        found += [reply for operation in operations_of(each) for reply in replies_of(operation)]
    return found


def united(*media: str) -> dict[str, Any]:
    """The united schema without sources."""
    found: dict[str, Any] = bare(united_schema(replies(*media)))
    return found


def bare(node: Any) -> Any:
    """A schema without its sources."""
    if isinstance(node, list):
        return [bare(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {key: bare(value) for key, value in node.items() if not key.startswith("x-")}


DECLARED = "{schema: {properties: {id: {type: string}, n: {type: integer}}, required: [id, n]}}"


def test_equal_pages_are_one_page() -> None:
    """Two pages that say the same make the schema that one of them makes."""
    assert united(DECLARED, DECLARED) == united(DECLARED)


def test_a_field_cites_every_page_that_declares_it() -> None:
    """No page's line is lost because another comes first."""
    schema = united_schema(replies(DECLARED, DECLARED))

    assert schema["x-source"] == "p0:12, p1:12"
    assert schema["properties"]["n"]["x-source"] == "p0:16, p1:16"


def test_a_field_has_every_type_that_some_page_gives_it() -> None:
    """Text on one page and a number on another are both answers."""
    found = united(
        "{schema: {properties: {s: {type: string}}}}",
        "{schema: {properties: {s: {type: integer}}}}",
    )

    assert found["properties"]["s"] == {"anyOf": [{"type": "string"}, {"type": "integer"}]}


def test_a_field_has_the_type_of_every_example() -> None:
    """A page without a schema still shows what comes back."""
    found = united(DECLARED, "{schema: {properties: {}}, example: {id: a, n: '4'}}")

    assert found["properties"]["n"] == {"anyOf": [{"type": "integer"}, {"type": "string"}]}


def test_demanded_is_what_every_declaring_page_demands() -> None:
    """A page that declares a field optional is a server that leaves it out."""
    other = "{schema: {properties: {id: {type: string}, n: {type: integer}}, required: [id]}}"

    assert united(DECLARED, other)["required"] == ["id"]


def test_a_page_that_declares_nothing_limits_nothing() -> None:
    """An empty schema demands no field and forbids none."""
    assert united(DECLARED, "{schema: {properties: {}}}") == united(DECLARED)


def test_what_an_example_lacks_is_not_demanded() -> None:
    """A page's own example shows an answer without the field."""
    assert united(DECLARED, "{schema: {}, example: {id: a}}")["required"] == ["id"]


def test_values_of_either_page_come_back() -> None:
    """Two lists of values are both answers, and no list is any answer."""
    first = "{schema: {properties: {s: {type: string, enum: [a]}}}}"
    second = "{schema: {properties: {s: {type: string, enum: [b]}}}}"
    third = "{schema: {properties: {s: {type: string}}}}"

    assert _takes(united(first, second), {"s": "b"})
    assert not _takes(united(first, second), {"s": "c"})
    assert _takes(united(first, third), {"s": "c"})


def _takes(schema: dict[str, Any], value: Any) -> bool:
    return SchemaCompiler({}).compile(schema).is_valid(value)


def test_rules_that_all_pages_state_are_kept() -> None:
    """What only one page says besides its fields would refuse another page's answers."""
    closed = "{schema: {properties: {a: {}}, additionalProperties: false}}"

    assert united(closed, closed)["additionalProperties"] is False
    assert "additionalProperties" not in united(closed, "{schema: {properties: {a: {}}}}")


def test_bodies_that_are_no_objects_stay_what_they_are() -> None:
    """A list beside an object is a choice of the two."""
    found = united("{schema: {type: array, items: {type: string}}}", "{schema: {type: object}}")

    assert found == {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "object"}]}


NAMES = (
    (("{example: {object: video.deleted}}",), "post", "VideoDeleted"),
    (("{schema: {}}", "{example: {object: video}}"), "post", "Video"),
    (("{schema: {}}",), "post", "AResponse"),
    (("{schema: {}}",), "get", "GetAResponse"),
    (("{example: {object: 7}}",), "post", "AResponse"),
    (("{example: {object: '视频'}}",), "post", "AResponse"),
    (("{schema: {type: array, items: {}}}",), "post", None),
)


@pytest.mark.parametrize(("media", "method", "name"), NAMES)
def test_an_answer_is_named_by_what_it_says_it_is(
    media: tuple[str, ...], method: str, name: str | None
) -> None:
    """The object word of an example names the schema, else the operation does."""
    assert component_name(replies(*media, method=method)) == name


def test_a_file_has_no_name() -> None:
    """Only JSON objects are shared between operations."""
    media = "{schema: {type: string, format: binary}}"

    assert component_name(replies(media, kind="video/mp4")) is None
