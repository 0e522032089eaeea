"""Holds who is named for what an overlay adds, part by part."""

from typing import Any

from openapi.documents.places import place_of
from openapi.documents.pointers import steps_of
from openapi.overlay.provenance import Merger, Provenance
from tests.openapi.samples import data

BOOK = Provenance("a book", "verified")
STAMP = {"x-source": "a book", "x-standing": "verified"}
# A page's operation with a page's field, as a merge leaves them.
DOCUMENTED = """
paths:
  /a:
    post:
      x-source: page:1
      x-standing: documented
      parameters: [{name: p, in: query, schema: {type: string}, x-source: page:2}]
      requestBody: {content: {application/json: {schema: {anyOf: [{$ref: '#/x'}]}}}}
      responses: {'200': {description: ''}}
components:
  schemas:
    Thing:
      x-source: page:3
      x-standing: documented
      required: [a]
      x-sources: {required: 'page:9'}
      properties:
        a: {type: string, x-source: 'page:4'}
        b: {type: string, enum: [u], x-enum-sources: {u: 'page:6'}, x-source: 'page:5'}
"""


def merged(target: str, update: str, provenance: Provenance = BOOK) -> dict[str, Any]:
    """``DOCUMENTED`` with ``update`` merged in at the JSON pointer ``target``."""
    document: dict[str, Any] = data(DOCUMENTED)
    place, node = place_of(document, steps_of(target)), document
    for step in steps_of(target):
        node = node[step]
    Merger(provenance).merge(node, data(update), place)
    return document


def thing(update: str, provenance: Provenance = BOOK) -> dict[str, Any]:
    """The documented schema with an update."""
    found: dict[str, Any] = merged("/components/schemas/Thing", update, provenance)
    return dict(found["components"]["schemas"]["Thing"])


def test_a_new_operation_is_stamped_with_all_its_parameters_and_fields() -> None:
    """Operation, parameter and each property of an inline schema carry the source."""
    update = """
    get:
      parameters: [{name: q, in: query, schema: {type: object, properties: {r: {}}}}]
      responses: {'200': {description: '', content: {t: {schema: {properties: {s: {}}}}}}}
    """
    operation = merged("/paths/~1a", update)["paths"]["/a"]["get"]
    parameter = operation["parameters"][0]
    answer = operation["responses"]["200"]

    assert operation.items() >= STAMP.items()
    assert parameter.items() >= STAMP.items()
    assert parameter["schema"] == {"type": "object", "properties": {"r": STAMP}}
    assert answer["content"]["t"]["schema"]["properties"]["s"] == STAMP
    assert "x-source" not in answer  # the operation around it says it


def test_a_new_schema_is_stamped_down_to_its_fields() -> None:
    """A named schema and each of its properties, however deep, carry the source."""
    update = "{New: {type: object, properties: {a: {type: array, items: {properties: {b: {}}}}}}}"
    new = merged("/components/schemas", update)["components"]["schemas"]["New"]
    field = new["properties"]["a"]

    assert new.items() >= STAMP.items()
    assert field.items() >= STAMP.items()
    assert field["items"] == {"properties": {"b": STAMP}}


def test_new_components_of_every_kind_are_stamped() -> None:
    """Responses, headers, parameters and security schemes name their source."""
    update = """
    responses: {R: {description: ''}}
    headers: {H: {schema: {type: string}}}
    parameters: {P: {name: p, in: query, schema: {type: string}}}
    securitySchemes: {S: {type: http, scheme: bearer}}
    """
    components = merged("/components", update)["components"]

    for kind, name in (("responses", "R"), ("headers", "H"), ("parameters", "P")):
        assert components[kind][name].items() >= STAMP.items()
    assert components["securitySchemes"]["S"].items() >= STAMP.items()


def test_a_link_added_to_a_documented_answer_is_stamped() -> None:
    """The link is not the page's, so it says whose it is."""
    update = "{links: {next: {operationId: x}}}"
    operation = merged("/paths/~1a/post/responses/200", update)["paths"]["/a"]["post"]

    assert operation["responses"]["200"]["links"] == {"next": {"operationId": "x", **STAMP}}
    assert "x-sources" not in operation


def test_a_source_that_is_given_is_kept() -> None:
    """An overlay may name a nearer source within what it adds."""
    update = "{New: {x-source: another book, x-standing: inferred}}"
    new = merged("/components/schemas", update)["components"]["schemas"]["New"]

    assert new == {"x-source": "another book", "x-standing": "inferred"}


def test_a_keyword_added_to_a_documented_field_is_recorded() -> None:
    """The field stays the page's; the keyword is the book's."""
    field = thing("{properties: {a: {minLength: 1}}}")["properties"]["a"]

    assert field["x-source"] == "page:4"
    assert field["x-sources"] == {"minLength": "a book (verified)"}


def test_words_need_no_source() -> None:
    """Descriptions, titles, tags and names of operations are this project's wording."""
    update = "{description: A, summary: B, tags: [C], operationId: d}"
    operation = merged("/paths/~1a/post", update)["paths"]["/a"]["post"]

    assert "x-sources" not in operation


def test_a_value_added_to_an_enum_is_recorded_by_value() -> None:
    """The page's value keeps its line; a value that was there already is not claimed."""
    field = thing("{properties: {b: {enum: [u, v]}}}")["properties"]["b"]

    assert field["enum"] == ["u", "v"]
    assert field["x-enum-sources"] == {"u": "page:6", "v": "a book (verified)"}


def test_a_new_enum_is_recorded_value_by_value() -> None:
    """An enum for a field that had none names the source of each value."""
    field = thing("{properties: {a: {enum: [1, true]}}}")["properties"]["a"]

    assert field["x-enum-sources"] == {"1": "a book (verified)", "True": "a book (verified)"}


def test_a_longer_required_list_names_both_sources() -> None:
    """The page's line is not lost when the list grows."""
    found = thing("{required: [b]}")

    assert found["required"] == ["a", "b"]
    assert found["x-sources"]["required"] == "page:9, a book (verified)"


def test_a_field_that_refers_elsewhere_is_recorded_beside_the_others() -> None:
    """A reference can carry no source, so the schema that holds it does."""
    found = thing("{properties: {c: {$ref: '#/components/schemas/Thing'}}}")

    assert found["properties"]["c"] == {"$ref": "#/components/schemas/Thing"}
    assert found["x-sources"]["properties/c"] == "a book (verified)"


def test_an_addition_deep_within_a_documented_operation_is_recorded_by_its_path() -> None:
    """What has no source of its own is found in the operation's, by path."""
    pointer = "/paths/~1a/post/requestBody/content/application~1json"
    update = "{schema: {anyOf: [{$ref: '#/y'}]}, encoding: {f: {contentType: image/png}}}"
    operation = merged(pointer, update)["paths"]["/a"]["post"]
    path = "requestBody/content/application~1json"

    assert operation["x-sources"] == {
        f"{path}/schema/anyOf": "a book (verified)",
        f"{path}/encoding/f": "a book (verified)",
    }


def test_a_reference_to_a_shared_answer_is_not_recorded_again() -> None:
    """The answer it refers to names its own source."""
    update = "{'404': {$ref: '#/components/responses/R'}}"
    operation = merged("/paths/~1a/post/responses", update)["paths"]["/a"]["post"]

    assert "x-sources" not in operation


def test_what_says_nothing_new_is_recorded_nowhere() -> None:
    """An update with what is there already changes nothing."""
    update = "{required: [a], properties: {a: {type: string}, b: {enum: [u]}}}"

    assert thing(update) == data(DOCUMENTED)["components"]["schemas"]["Thing"]


def test_a_parameter_appended_to_a_documented_list_is_stamped() -> None:
    """An entry of a list is stamped like a member of a map, and the page's stays as it is."""
    update = "{parameters: [{name: q, in: query, schema: {}}]}"
    operation = merged("/paths/~1a/post", update)["paths"]["/a"]["post"]

    assert operation["parameters"][0]["x-source"] == "page:2"
    assert operation["parameters"][1].items() >= STAMP.items()


def test_values_are_never_stamped() -> None:
    """An example may look like a schema and stays the value it is."""
    value: dict[str, Any] = {"properties": {"a": {}}, "schema": {}}
    update = "{New: {example: {properties: {a: {}}, schema: {}}}}"
    new = merged("/components/schemas", update)["components"]["schemas"]["New"]

    assert new["example"] == value


def test_names_are_no_keywords() -> None:
    """Fields called like keywords are fields: stamped, and never taken for what they name."""
    update = "{New: {properties: {properties: {type: object}, example: {}, in: {}, name: {}}}}"
    new = merged("/components/schemas", update)["components"]["schemas"]["New"]

    assert set(new["properties"]) == {"properties", "example", "in", "name"}
    assert all(field.items() >= STAMP.items() for field in new["properties"].values())


def test_an_extension_is_stamped_as_a_whole() -> None:
    """An extension that is an object names its source; nothing within it is touched."""
    update = "{x-mark: {schemas: {a: {}}}}"
    operation = merged("/paths/~1a/post", update)["paths"]["/a"]["post"]

    assert operation["x-mark"] == {"schemas": {"a": {}}, **STAMP}


def test_a_documented_source_is_cited_as_it_is() -> None:
    """Only what is not a page's own word is reported with its standing."""
    field = thing("{properties: {a: {maxLength: 9}}}", Provenance("page:7", "documented"))

    assert field["properties"]["a"]["x-sources"] == {"maxLength": "page:7"}
