"""Holds that a page is a law only as far as it states a list; the catalogue's rows do the rest."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import openapi
from openapi import coverage
from openapi.building.check import check_contract
from openapi.catalogue.models import Catalogue, Model, load_catalogue
from openapi.coverage import LENGTH_FIELDS, SIZE_FIELDS
from openapi.errors import SpecError
from openapi.pages.documented import DocumentedPage
from tests.openapi.citations import CITATION
from tests.openapi.samples import write

Contract = dict[str, Any]
BY_ROW = ("model", *SIZE_FIELDS, *LENGTH_FIELDS)
ROWS = load_catalogue(openapi.MODELS)
STATING = ("allowed", "resolutions")


def held_fields(contract: Contract) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every field with a list, in each variant: component, name, schema."""
    for component, schema in coverage.variants(contract):
        for name, field in schema["properties"].items():
            if "enum" in field:
                yield component, name, field


def covering(contract: Contract, path: str, model: str) -> list[dict[str, Any]]:
    """The requests of a create operation that take a model."""
    content = contract["paths"][path]["post"]["requestBody"]["content"]
    schemas = contract["components"]["schemas"]
    found = [
        schemas[choice["$ref"].rpartition("/")[2]]
        for media in content.values()
        for choice in media["schema"]["anyOf"]
    ]
    return [each for each in found if model in each["properties"]["model"]["enum"]]


def own_catalogue(folder: Path, *changes: tuple[str, str]) -> Catalogue:
    """Our catalogue with some texts changed."""
    rows = openapi.MODELS.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in rows
        rows = rows.replace(old, new, 1)
    return load_catalogue(write(folder / "models.yaml", rows))


def test_a_page_is_cited_only_for_a_list_that_it_states(
    contract: Contract, pages: list[DocumentedPage]
) -> None:
    """Where a value's source is a line of a page, that page declares an enum or lists in prose."""
    by_name = {page.name: page for page in pages}
    guilty = []
    for component, name, field in held_fields(contract):
        cited = {
            found["file"]
            for source in field.get("x-enum-sources", {}).values()
            if (found := CITATION.fullmatch(source))
        }
        for page in cited & set(by_name):
            (item,) = by_name[page].data["paths"].values()
            (media,) = item["post"]["requestBody"]["content"].values()
            declared = media["schema"]["properties"][name]
            stated = set(declared.get("x-prose", {})) & set(STATING)
            if "enum" not in declared and not stated:
                guilty.append((component, name, page))

    assert guilty == []


def test_every_list_of_the_catalogue_says_so(contract: Contract) -> None:
    """Its values name their row and are inferred; the field is marked."""
    marked = [each for each in held_fields(contract) if "x-vocabulary" in each[2]]
    fields = {(component, name) for component, name, _ in marked}

    assert {"SoraCharacterForm", "SoraImageZhForm", "VeoImageForm"} <= {c for c, _ in fields}
    for component, name, field in marked:
        assert name in BY_ROW, component
        assert field["x-vocabulary"] == "catalogue"
        assert [str(value) for value in field["enum"]] == list(field["x-enum-sources"])
        for source in field["x-enum-sources"].values():
            assert source.startswith("model catalogue, ")
            assert source.endswith(" (inferred)")


@pytest.mark.parametrize("path", ["/v1/videos", "/v1/video/create"])
@pytest.mark.parametrize("model", ROWS.models)
def test_rows_and_create_operations_agree(contract: Contract, path: str, model: str) -> None:
    """A request takes what its page lists, all of it in the row, or else all that the row has."""
    row = ROWS.models[model]
    for names, own in (
        (LENGTH_FIELDS, [str(value) for value in row.seconds]),
        (SIZE_FIELDS, list(row.sizes)),
    ):
        for schema in covering(contract, path, model):
            for field in (schema["properties"].get(name) for name in names):
                if field is not None:
                    taken = [str(value) for value in field["enum"]]
                    assert set(taken) <= set(own)
                    assert taken == own or "x-vocabulary" not in field


@pytest.mark.parametrize("model", [row.name for row in ROWS.models.values() if row.seconds])
def test_whatever_a_row_has_some_request_takes(contract: Contract, model: str) -> None:
    """No size or length is offered that nobody can order."""
    row: Model = ROWS.models[model]
    lengths = coverage.documented_values(contract, model, LENGTH_FIELDS)

    assert lengths in ({str(value) for value in row.seconds}, set())
    assert coverage.documented_values(contract, model, SIZE_FIELDS) == set(row.sizes)


def test_a_length_added_to_a_row_is_taken_on_every_page_without_a_list(
    contract: Contract, tmp_path: Path
) -> None:
    """A catalogue of one's own is enough; no page and no overlay need be changed."""
    rows = own_catalogue(tmp_path, ("[4, 8, 10, 12, 15]", "[4, 8, 10, 12, 15, 60]"))
    found = copy.deepcopy(contract)
    coverage.extend(found, rows)
    having = [
        component
        for component, name, field in held_fields(found)
        if "60" in map(str, field["enum"])
    ]

    assert having == [
        f"{page}{kind}" for kind in ("Form", "Json") for page in ("SoraCharacter", "SoraImageZh")
    ]


def test_models_whose_rows_differ_become_requests_of_their_own(
    contract: Contract, pages: list[DocumentedPage], tmp_path: Path
) -> None:
    """On a page without lists no model takes the lengths of another's row."""
    rows = own_catalogue(
        tmp_path,
        ("pages: [sora-image]", "pages: [sora-image, sora-character]"),
        ("pages: [unified-create]", "pages: [unified-create, sora-character]"),
    )
    found = copy.deepcopy(contract)
    coverage.extend(found, rows)
    check_contract(found, pages)
    lengths = {
        (model, tuple(schema["properties"]["seconds"]["enum"]))
        for _, schema in coverage.variants(found)
        if schema["x-variant"].startswith("sora-character")
        for model in schema["properties"]["model"]["enum"]
    }
    again = copy.deepcopy(found)
    coverage.extend(again, rows)

    assert lengths == {
        (name, tuple(map(str, rows.models[name].seconds)))
        for name in ("sora-2", "sora-2-pro", "sora-2-all")
    }
    assert again == found


@pytest.mark.parametrize(
    ("old", "new"), [("10, 12, 15]", "12, 15]"), ("16x9, 9x16, small", "small")]
)
def test_a_row_that_forgets_what_a_page_shows_is_reported(
    tmp_path: Path, contract: Contract, old: str, new: str
) -> None:
    """An example is no list, but a catalogue that refuses it is wrong."""
    rows = own_catalogue(tmp_path, (old, new))
    found = copy.deepcopy(contract)
    coverage.extend(found, rows)

    with pytest.raises(SpecError, match="which a request that takes it lists or shows"):
        coverage.check(found, rows)
