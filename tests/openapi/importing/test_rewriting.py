"""Holds what rewriting replaces, prose alone, and where it writes the facts of that prose."""

from typing import Any

from openapi.importing.wording import Wording, digest, rewrite

WORDING = Wording({digest("Length, default is 4"): "How long"}, {})


def _page(**operation: Any) -> dict[str, Any]:
    return {"openapi": "3.0.1", "paths": {"/a": {"post": {"responses": {}, **operation}}}}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return _page(requestBody={"content": {"application/json": {"schema": schema}}})


def _schema(document: dict[str, Any]) -> Any:
    body = document["paths"]["/a"]["post"]["requestBody"]
    return body["content"]["application/json"]["schema"]


def test_prose_is_replaced_and_its_facts_stand_beside_it() -> None:
    """The facts of a field's description follow our sentence for it."""
    field = {"type": "string", "description": "Length, default is 4", "example": "4"}

    found = _schema(rewrite(_body({"properties": {"n": field}}), WORDING).document)

    assert list(found["properties"]["n"].items()) == [
        ("type", "string"),
        ("description", "How long"),
        ("x-prose", {"default": "4"}),
        ("example", "4"),
    ]


def test_prose_nobody_worded_is_kept_and_reported() -> None:
    """Another page's text stays as it is, and its place is named."""
    rewritten = rewrite(_page(summary="Make an image"), WORDING)

    assert rewritten.document["paths"]["/a"]["post"]["summary"] == "Make an image"
    assert rewritten.document["paths"]["/a"]["post"]["x-prose"] == {"mentions": ["image"]}
    assert rewritten.verbatim == (("paths", "/a", "post", "summary"),)


def test_a_field_called_like_prose_is_no_prose() -> None:
    """A field named description, summary or properties keeps its schema."""
    schema = {
        "properties": {
            "description": {"type": "string"},
            "summary": {"type": "string"},
            "properties": {"type": "object", "properties": {"example": {"type": "string"}}},
        }
    }

    rewritten = rewrite(_body(schema), WORDING)

    assert _schema(rewritten.document) == schema
    assert rewritten.verbatim == ()


def test_examples_are_no_prose() -> None:
    """A description inside an example is a value like any other."""
    schema = {"example": {"description": "Length, default is 4"}, "default": {"summary": "x"}}

    rewritten = rewrite(_body(schema), WORDING)

    assert _schema(rewritten.document) == schema
    assert rewritten.verbatim == ()


def test_a_parameter_has_facts_and_a_server_has_none() -> None:
    """Facts belong to what a caller sets; other prose is only replaced."""
    parameter = {"name": "n", "in": "query", "description": "Length, default is 4"}
    page = _page(parameters=[parameter]) | {"servers": [{"description": "Length, default is 4"}]}

    found = rewrite(page, WORDING).document

    assert found["paths"]["/a"]["post"]["parameters"][0]["x-prose"] == {"default": "4"}
    assert found["servers"] == [{"description": "How long"}]


def test_blank_prose_stays_blank() -> None:
    """An empty description is kept and needs no wording."""
    rewritten = rewrite(_page(description=""), WORDING)

    assert rewritten.document == _page(description="")
    assert rewritten.verbatim == ()
