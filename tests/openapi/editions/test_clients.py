"""Holds the client's edition: what it simplifies, and that the strict contract stays as it is."""

import copy
import re
from typing import Any

import pytest
from openapi_spec_validator import validate

import openapi
from openapi.contract.document import load_contract
from openapi.contract.schemas import SchemaCompiler
from openapi.dialects.contract import contract_for
from openapi.dialects.loading import load_dialects
from openapi.documents.places import operations, parts
from openapi.documents.writing import dump
from openapi.editions.clients import clients_edition
from openapi.editions.plain import simplify

STRICT = load_contract(openapi.CONTRACT)
CONTRACTS = {name: contract_for(STRICT, one) for name, one in load_dialects().items()}


@pytest.fixture(params=sorted(CONTRACTS))
def strict(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The contract in each dialect."""
    contract: dict[str, Any] = CONTRACTS[request.param]
    return contract


@pytest.fixture
def edition(strict: dict[str, Any]) -> dict[str, Any]:
    """Its client's edition."""
    return clients_edition(strict)


def bodies(contract: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """The one media type of each request body, with its content."""
    found = {}
    for _, operation in operations(contract):
        if "requestBody" in operation:
            [body] = operation["requestBody"]["content"].items()
            found[operation["operationId"]] = body
    return found


def test_the_edition_is_valid_openapi(edition: dict[str, Any]) -> None:
    """It is an OpenAPI 3.0 document whose references all lead somewhere."""
    validate(edition)


def test_the_strict_contract_is_left_alone(strict: dict[str, Any]) -> None:
    """Deriving an edition changes nothing in what it is derived from."""
    before = copy.deepcopy(strict)
    clients_edition(strict)

    assert strict == before


def test_a_request_has_one_media_type_and_one_named_schema(edition: dict[str, Any]) -> None:
    """Every request body is one reference; where a file can be sent it is multipart."""
    found = bodies(edition)

    assert all(set(media["schema"]) == {"$ref"} for _, media in found.values())
    assert found["createVideo"][0] == "multipart/form-data"
    assert found["remixVideo"][0] == "application/json"


def test_a_form_has_the_fields_of_all_variants() -> None:
    """It has the fields of any variant, requires what all require, and names the differences."""
    form = clients_edition(STRICT)["components"]["schemas"]["CreateVideoForm"]
    fields = [set(one["properties"]) for one in strict_forms()]

    assert set(form["properties"]) == set().union(*fields)
    assert "prompt" in form["required"]
    assert "input_reference" not in form["required"]
    assert form["x-variants"]["veo-image"]["required"]
    assert form["properties"]["character_url"]["description"].endswith("Only in sora-character.")


def strict_forms() -> list[dict[str, Any]]:
    """The variants of the strict contract's create form."""
    schemas = STRICT["components"]["schemas"]
    return [one for name, one in schemas.items() if name.endswith("Form") and "x-variant" in one]


def test_no_schema_is_a_puzzle(edition: dict[str, Any]) -> None:
    """There is no choice of one and no field that nothing fits."""
    nodes = [node for _, node in parts(edition)]

    assert [node for node in nodes if len(node.get("anyOf", (1, 2))) == 1] == []
    assert [node for node in nodes if node.get("not") == {}] == []


def test_no_misspelt_word_is_offered(edition: dict[str, Any]) -> None:
    """The pages' misspelt example of a truth value is nowhere in the edition."""
    assert re.search(r"\bture\b", dump(edition)) is None


def test_choices_of_a_request_are_named(edition: dict[str, Any]) -> None:
    """A field with several values refers to a schema of its own."""
    inline = [
        (owner, name)
        for owner, schema in edition["components"]["schemas"].items()
        for name, field in schema.get("properties", {}).items()
        if len(field.get("enum", ())) > 1
    ]

    assert inline == []


def test_a_status_is_open_and_a_time_is_long(edition: dict[str, Any]) -> None:
    """A client's types take states of a later day, and instants after 2038."""
    video = edition["components"]["schemas"]["Video"]["properties"]

    assert "enum" not in video["status"]
    assert "queued" in video["status"]["x-known-values"]
    assert video["created_at"]["format"] == "int64"


def test_servers_are_absolute(strict: dict[str, Any]) -> None:
    """They are the pages' own servers, or below the address that is given."""
    documented = {server["url"] for server in clients_edition(strict)["servers"]}
    given = [server["url"] for server in clients_edition(strict, server="http://a:8")["servers"]]

    assert all(url.startswith("https://") for url in documented)
    assert given == ["http://a:8"]


def test_each_dialect_has_a_title_of_its_own() -> None:
    """Generated packages are named after the title."""
    titles = {clients_edition(contract)["info"]["title"] for contract in CONTRACTS.values()}

    assert len(titles) == len(CONTRACTS)


def test_every_parameter_and_media_type_has_an_example(edition: dict[str, Any]) -> None:
    """Only content of bytes has none."""
    missing = []
    for pointer, node in parts(edition):
        if pointer[-2:-1] == ("content",) and not {"example", "examples"} & set(node):
            missing.append(pointer[-1])
        if "in" in node and "schema" in node and "example" not in node:
            missing.append(node["name"])

    assert {name for name in missing if not str(name).startswith(("video/", "image/"))} == set()


def test_examples_are_plausible(edition: dict[str, Any]) -> None:
    """No example is a word that only fills its place; lists continue at ids that they list."""
    filled = [pointer for pointer, node in parts(edition) if "example" in node.values()]
    page = edition["paths"].get("/v1/videos", {}).get("get")

    assert filled == []
    if page:
        [after] = [one["example"] for one in page["parameters"] if one["name"] == "after"]
        shown = page["responses"]["200"]["content"]["application/json"]["example"]
        assert after == shown["first_id"] == shown["data"][0]["id"]


def test_request_examples_hold_for_the_strict_contract(
    strict: dict[str, Any], edition: dict[str, Any]
) -> None:
    """What a collection sends first is a request that the strict contract takes."""
    compiler = SchemaCompiler(strict)
    known = {operation["operationId"]: operation for _, operation in operations(strict)}
    checked = 0
    for name, (media_type, media) in bodies(edition).items():
        schema = known[name]["requestBody"]["content"][media_type]["schema"]
        values = [one["value"] for one in media.get("examples", {}).values()]
        for value in [*values, *([media["example"]] if "example" in media else [])]:
            if name == "createVideoCharacter":  # its one form requires a file
                continue
            compiler.compile(schema).validate(value)
            checked += 1

    assert checked >= 2


def test_a_required_file_has_a_file_name_as_its_example() -> None:
    """An example without a required field would not be one of its schema."""
    _, media = bodies(clients_edition(STRICT))["createVideoCharacter"]

    assert media["example"]["video"] == "video.bin"


def test_names_that_look_like_keywords_are_kept() -> None:
    """A field called `not` or `enum` is a field."""
    schema = {
        "type": "object",
        "properties": {"not": {"type": "string"}, "enum": {"type": "string"}},
    }
    contract: dict[str, Any] = {"paths": {}, "components": {"schemas": {"Odd": schema}}}
    simplify(contract)

    assert set(contract["components"]["schemas"]["Odd"]["properties"]) == {"not", "enum"}
