"""Holds the merge of pages: every page keeps its row, and nothing is decided that no page says."""

import re
from itertools import permutations
from typing import Any

import pytest

from openapi.contract.requests import FORM, JSON
from openapi.errors import SpecError
from openapi.merging.merge import merge
from openapi.pages.documented import DocumentedPage
from tests.openapi.samples import answer, create, page, text

PATH = "/v1/videos"


def create_page(name: str, *, media_type: str = FORM, **fields: Any) -> DocumentedPage:
    """A page that creates a video."""
    return page(name, {PATH: {"post": create(fields, media_type=media_type)}})


def test_each_page_is_one_choice_of_the_operation() -> None:
    """Two pages of one operation are two variants, and either is accepted."""
    merged = merge([create_page("a", f=text()), create_page("b", g=text())])
    schema = merged["paths"][PATH]["post"]["requestBody"]["content"][FORM]["schema"]

    assert schema["anyOf"] == [
        {"$ref": "#/components/schemas/AForm"},
        {"$ref": "#/components/schemas/BForm"},
    ]
    assert {"AForm", "BForm"} <= set(merged["components"]["schemas"])


def test_an_operation_cites_every_page_that_describes_it() -> None:
    """The lines of all pages stand beside the operation."""
    operation = merge([create_page("a"), create_page("b")])["paths"][PATH]["post"]

    assert operation["x-source"] == "a:6, b:6"
    assert operation["x-standing"] == "documented"


def test_a_form_comes_before_json() -> None:
    """Connexion coerces a form by the schema of the first media type."""
    merged = merge([create_page("a", media_type=JSON), create_page("b")])

    assert list(merged["paths"][PATH]["post"]["requestBody"]["content"]) == [FORM, JSON]


def test_bodies_are_required() -> None:
    """A page never says that its body may be left out."""
    assert merge([create_page("a")])["paths"][PATH]["post"]["requestBody"]["required"] is True


def test_the_order_of_the_pages_changes_nothing() -> None:
    """Whichever page is read first, the contract is the same."""
    pages = [create_page(name, f=text(name), model=text(name)) for name in ("a", "b", "a-b")]

    assert all(merge(order) == merge(pages) for order in permutations(pages))


def test_answers_of_one_kind_are_one_schema_across_operations() -> None:
    """What both operations call a video is one schema with the fields of both."""
    create_it = create({}) | {"responses": answer({"a": {"type": "string"}}, {"object": "video"})}
    read_it = {"responses": answer({"b": {"type": "string"}}, {"object": "video", "b": "x"})}
    merged = merge(
        [page("a", {PATH: {"post": create_it}}), page("b", {f"{PATH}/x": {"get": read_it}})]
    )

    assert set(merged["components"]["schemas"]["Video"]["properties"]) == {"a", "b"}
    for path, method in ((PATH, "post"), (f"{PATH}/x", "get")):
        media = merged["paths"][path][method]["responses"]["200"]["content"][JSON]
        assert media["schema"] == {"$ref": "#/components/schemas/Video"}


def test_errors_are_not_mixed_with_answers() -> None:
    """What comes back with 401 is another schema than what comes back with 200."""
    responses = answer({"id": {}}) | answer({"message": {}}, status="401")
    schemas = merge([page("a", {PATH: {"post": {"responses": responses}}})])["components"][
        "schemas"
    ]

    assert list(schemas["VideosResponse"]["properties"]) == ["id"]
    assert list(schemas["Videos401Response"]["properties"]) == ["message"]


def test_answers_keep_words_headers_and_empty_bodies() -> None:
    """A status without a body is a status all the same."""
    header = {"X-Left": {"description": "Left", "schema": {"type": "integer"}}}
    first = {"204": {"description": "Gone", "headers": header}}
    merged = merge(
        [
            page("a", {PATH: {"delete": {"responses": first}}}),
            page("b", {PATH: {"delete": {"responses": {"204": {"description": "Deleted"}}}}}),
        ]
    )
    response = merged["paths"][PATH]["delete"]["responses"]["204"]

    assert response["description"] == "Gone; Deleted"
    assert response["headers"]["X-Left"]["schema"] == {"type": "integer"}
    assert response["headers"]["X-Left"]["x-source"] == "a:11"
    assert "content" not in response


def test_titles_of_all_pages_are_kept() -> None:
    """The operation is called what its pages call it."""
    pages = [page(name, {PATH: {"post": {"summary": name, **create({})}}}) for name in ("b", "a")]

    assert merge(pages)["paths"][PATH]["post"]["summary"] == "a; b"


def test_hosts_are_reported_and_not_called() -> None:
    """The servers of the pages are facts; the contract's server is the one that serves it."""
    servers = [{"url": "https://one.example"}, {"url": "https://{{host}}"}]
    merged = merge([page("a", {PATH: {"post": create({})}}, servers=servers)])

    assert [server["url"] for server in merged["servers"]] == ["/"]
    assert [server["url"] for server in merged["x-documented-servers"]] == ["https://one.example"]


def test_examples_of_a_form_are_not_sent_whole() -> None:
    """A form's example holds the name of a file where the content would be."""
    operation = create({"f": text()}, example={"f": "C:\\a.png"})
    merged = merge([page("a", {PATH: {"post": operation}})])

    assert "examples" not in merged["paths"][PATH]["post"]["requestBody"]["content"][FORM]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")], ids=["request first", "answer first"])
def test_a_request_and_an_answer_of_one_name_get_two(names: tuple[str, str]) -> None:
    """The object that an answer says it is may be called like a page's request: both are kept."""
    answers = {"responses": answer({"url": text()}, {"object": "a.form", "url": "x"})}
    found = {"a": create_page("a"), "b": page("b", {"/v1/other": {"post": answers}})}
    schemas = merge([found[name] for name in names])["components"]["schemas"]

    [request] = [one for one in schemas.values() if "f" in one["properties"] or "x-variant" in one]
    [reply] = [one for one in schemas.values() if "url" in one["properties"]]
    assert request is not reply


def test_two_pages_of_one_name_are_refused() -> None:
    """Page names keep requests apart, so that a-b and a.b cannot both be pages."""
    with pytest.raises(SpecError, match="ABForm"):
        merge([create_page("a-b"), create_page("a.b")])


def test_no_page_is_changed_by_a_merge() -> None:
    """A merge copies what it takes, so that it can be made again."""
    found = create_page("a", media_type=JSON, f=text("x"))
    first = merge([found])
    first["components"]["schemas"]["AJson"]["properties"]["f"]["enum"] = ["y"]

    assert merge([found])["components"]["schemas"]["AJson"]["properties"]["f"] == {
        "type": "string",
        "x-source": "a:13",
        "example": "x",
    }


# What is wrong on the page, as the operation has it; a word of the reason.
MISSHAPEN: dict[str, tuple[dict[str, Any], str]] = {
    "a body that is a list": ({"requestBody": []}, "object"),
    "no media types": ({"requestBody": {"content": []}}, "object"),
    "a media type that is a word": ({"requestBody": {"content": {JSON: "x"}}}, "object"),
    "fields in a list": (create({}) | {"responses": {"200": []}}, "object"),
    "a parameter without a name": ({"parameters": [{"in": "query", "schema": {}}]}, "name"),
    "a parameter of swagger": (
        {"parameters": [{"in": "body", "name": "b", "schema": {}}]},
        "one of",
    ),
    "parameters by name": ({"parameters": {"a": {}}}, "array"),
    "a title that is a list": ({"summary": ["a"]}, "string"),
}


@pytest.mark.parametrize(("operation", "why"), MISSHAPEN.values(), ids=MISSHAPEN)
def test_a_part_of_another_shape_is_left_out(operation: dict[str, Any], why: str) -> None:
    """What remains of the page stands, and the contract lists the part with its line."""
    contract = merge([page("a", {PATH: {"post": operation}})])
    (left_out,) = contract["paths"][PATH]["post"]["x-left-out"]

    assert why in left_out
    assert re.search(r"\(a:[0-9]+\)$", left_out)


def test_what_an_example_contradicts_yields_and_is_listed() -> None:
    """The page's own example is accepted; every other rule of the field stays."""
    field = {"type": "string", "maxLength": 3, "minLength": 1, "example": "hello"}
    contract = merge([page("a", {PATH: {"post": create({"f": field}, media_type=JSON)}})])
    found = contract["components"]["schemas"]["AJson"]["properties"]["f"]
    (left_out,) = contract["paths"][PATH]["post"]["x-left-out"]

    assert ("maxLength" in found, found["minLength"]) == (False, 1)
    assert left_out.startswith("maxLength that an example breaks (a:")


def test_one_path_with_two_names_is_one_operation() -> None:
    """How pages call a path's parameter does not reach the wire; the first page's name stands."""
    parameter = {"in": "path", "required": True, "schema": {"type": "string"}}
    pages = [
        page(name, {f"{PATH}/{{{word}}}": {"get": {"parameters": [{"name": word, **parameter}]}}})
        for name, word in (("a", "id"), ("b", "task"))
    ]
    (path,) = (contract := merge(pages))["paths"]
    (found,) = contract["paths"][path]["get"]["parameters"]

    assert (path, found["name"]) == (f"{PATH}/{{id}}", "id")
