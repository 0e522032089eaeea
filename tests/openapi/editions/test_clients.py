"""Holds the client's edition: what it simplifies, and that the strict contract stays as it is."""

import copy
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from openapi_spec_validator import validate

import openapi
from openapi.building.workspace import create_workspace
from openapi.contract.document import load_contract
from openapi.contract.schemas import SchemaCompiler
from openapi.dialects.contract import contract_for
from openapi.dialects.loading import load_dialects
from openapi.documents.places import operations
from openapi.documents.pointers import component_name
from openapi.editions.choices import camel
from openapi.editions.clients import clients_edition
from openapi.editions.plain import simplify
from tests.openapi.editions.rules import RULES, shown

STRICT = load_contract(openapi.CONTRACT)
PAGES = sorted(Path(__file__).with_name("pages").iterdir())
DIALECTS = {name: contract_for(STRICT, one) for name, one in load_dialects().items()}


def foreign(*pages: Path) -> dict[str, Any]:
    """The contract of another service, as `gateway-spec init` makes it."""
    with TemporaryDirectory() as folder:
        made, _ = create_workspace(Path(folder) / "made", pages)
        return load_contract(made.contract)


CONTRACTS = {**DIALECTS, "another service": foreign(*PAGES), "one page": foreign(PAGES[1])}


@cache
def edition_of(name: str) -> dict[str, Any]:
    """The client's edition of one of the contracts."""
    return clients_edition(CONTRACTS[name])


@pytest.fixture(params=sorted(CONTRACTS))
def strict(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The contract in each dialect, and those of another service."""
    contract: dict[str, Any] = CONTRACTS[request.param]
    return contract


@pytest.fixture
def edition(strict: dict[str, Any]) -> dict[str, Any]:
    """Its client's edition."""
    return edition_of(next(name for name, one in CONTRACTS.items() if one is strict))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_edition_keeps_the_rules(
    edition: dict[str, Any], rule: Callable[[dict[str, Any]], Iterable[Any]]
) -> None:
    """Each line of what an edition is for holds in every dialect and for other services."""
    assert list(rule(edition)) == []


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


@pytest.mark.parametrize("dialect", DIALECTS)
def test_files_are_sent_in_a_form_and_everything_else_as_json(dialect: str) -> None:
    """A create takes an image, a remix takes none."""
    found = bodies(edition_of(dialect))

    assert found["createVideo"][0] == "multipart/form-data"
    assert found["remixVideo"][0] == "application/json"


def test_a_body_is_named_after_its_operation(edition: dict[str, Any]) -> None:
    """A second page that describes the operation does not rename a client's type."""
    for operation_id, (media_type, media) in bodies(edition).items():
        suffix = "Form" if media_type == "multipart/form-data" else "Request"
        name = component_name(media["schema"])
        if "x-variant" in edition["components"]["schemas"][name]:
            assert name == f"{camel(operation_id)}{suffix}"


def test_what_only_another_media_type_takes_is_said() -> None:
    """The page with JSON alone is named where the edition has the form with files."""
    [body] = [
        operation["requestBody"]
        for _, operation in operations(edition_of("another service"))
        if operation["operationId"] == "post_studio_v1_clips"
    ]

    assert "studio-b (application/json)" in body["description"]


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


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_status_is_open_and_a_time_is_long(dialect: str) -> None:
    """A client's types take states of a later day, and instants after 2038."""
    video = edition_of(dialect)["components"]["schemas"]["Video"]["properties"]

    assert "enum" not in video["status"]
    assert "queued" in video["status"]["x-known-values"]
    assert video["created_at"]["format"] == "int64"


def test_each_dialect_has_a_title_of_its_own() -> None:
    """Generated packages are named after the title."""
    titles = {edition_of(dialect)["info"]["title"] for dialect in DIALECTS}

    assert len(titles) == len(DIALECTS)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_choices_of_a_create_have_the_same_names(dialect: str) -> None:
    """A client in one dialect has the types of a client in another, also with one variant."""
    form = edition_of(dialect)["components"]["schemas"]["CreateVideoForm"]["properties"]

    assert component_name(form["model"]) == "CreateVideoFormModel"
    assert component_name(form["size"]) == "CreateVideoFormSize"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_created_video_has_the_type_of_one_that_is_polled(dialect: str) -> None:
    """A client in one dialect has the types of a client in another; its example has a new id."""
    edition, strict = edition_of(dialect), CONTRACTS[dialect]
    found = edition["paths"]["/v1/videos"]["post"]["responses"]["200"]["content"]
    wanted = strict["paths"]["/v1/videos"]["post"]["responses"]["200"]["content"]
    schema = SchemaCompiler(strict).compile(wanted["application/json"]["schema"])

    assert found["application/json"]["schema"] == {"$ref": "#/components/schemas/Video"}
    assert all(schema.is_valid(value) for value in shown(found["application/json"]))


def test_a_field_of_some_variants_has_no_default() -> None:
    """A generated client would send it with the others, too."""
    form = edition_of("gateway")["components"]["schemas"]["CreateVideoForm"]
    partial = [one for one in form["properties"].values() if "x-variants" in one]

    assert partial
    assert [one for one in partial if "default" in one] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_lists_continue_at_ids_that_they_list(dialect: str) -> None:
    """A collection's second page is asked for with an id of the first."""
    page = edition_of(dialect)["paths"]["/v1/videos"].get("get")
    if page:
        [after] = [one["example"] for one in page["parameters"] if one["name"] == "after"]
        answer = page["responses"]["200"]["content"]["application/json"]["example"]
        assert after == answer["first_id"] == answer["data"][0]["id"]


def test_request_examples_hold_for_the_strict_contract(
    strict: dict[str, Any], edition: dict[str, Any]
) -> None:
    """What a collection sends first is a request that the strict contract takes."""
    compiler = SchemaCompiler(strict)
    known = {operation["operationId"]: operation for _, operation in operations(strict)}
    for name, (media_type, media) in bodies(edition).items():
        schema = known[name]["requestBody"]["content"][media_type]["schema"]
        for value in shown(media):
            # A file is shown by a name, which is no file.
            if ".bin" not in str(value):
                compiler.compile(schema).validate(value)


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
