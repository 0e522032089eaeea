"""Holds each rule to small pages: it finds its contradiction when that is there, and only then."""

from pathlib import Path

import pytest

from openapi.conflicts import ALL_RULES, EACH_RULES
from tests.openapi.conflicts.between import BETWEEN
from tests.openapi.conflicts.case import Case
from tests.openapi.conflicts.sound import SOUND
from tests.openapi.conflicts.within import WITHIN
from tests.openapi.page_texts import clean, conflicts, fields, operation, schema


@pytest.mark.parametrize("case", [*WITHIN, *SOUND], ids=lambda case: case.what)
def test_a_page_is_reported_for_what_is_wrong_with_it_and_nothing_else(
    tmp_path: Path, case: Case
) -> None:
    """The rules that fire are exactly those of the contradiction written into the page."""
    page = clean()
    case.change(page)

    assert {conflict.rule for conflict in conflicts(tmp_path, page)} == set(case.rules)


@pytest.mark.parametrize("case", BETWEEN, ids=lambda case: case.what)
def test_two_pages_are_reported_for_what_they_disagree_on_and_nothing_else(
    tmp_path: Path, case: Case
) -> None:
    """A sister page with one difference is reported with the rules of that difference."""
    sister = clean()
    case.change(sister)

    assert {found.rule for found in conflicts(tmp_path, clean(), sister)} == set(case.rules)


def test_every_rule_has_a_contradiction_that_shows_it() -> None:
    """A rule that no case of this file fires would be a rule nobody has seen."""
    shown = {rule for case in (*WITHIN, *BETWEEN) for rule in case.rules}

    assert {rule.id for rule in (*EACH_RULES, *ALL_RULES)} == shown


def test_both_sides_of_a_contradiction_are_cited(tmp_path: Path) -> None:
    """A row says what the page lists and what it shows, each with its line."""
    page = clean()
    fields(page)["style"]["example"] = "noir"

    (conflict,) = conflicts(tmp_path, page)

    assert [claim.says for claim in conflict.claims] == [
        "lists anime, comic",
        "the request example shows 'noir'",
    ]
    assert conflict.claims[0].line < conflict.claims[1].line
    assert "'noir' is accepted" in conflict.settled


def test_what_concerns_a_whole_page_is_reported_once(tmp_path: Path) -> None:
    """A page of two operations has one title to be empty."""
    page = clean()
    page["info"]["title"] = ""

    assert [found.rule for found in conflicts(tmp_path, page)] == ["empty-title"]


def test_references_are_followed(tmp_path: Path) -> None:
    """A schema that stands under components is read where it stands, under the field's name."""
    page = clean()
    page["components"] = {"schemas": {"Look": {**fields(page)["style"], "example": "noir"}}}
    fields(page)["style"] = {"$ref": "#/components/schemas/Look"}

    (conflict,) = conflicts(tmp_path, page)

    assert conflict.field == "style"
    assert conflict.claims[1].pointer == "/components/schemas/Look/example"


def test_composed_schemas_are_read_as_one(tmp_path: Path) -> None:
    """Fields and required lists of an allOf count like the schema's own."""
    page = clean()
    whole = schema(page).copy()
    schema(page).clear()
    schema(page)["allOf"] = [whole, {"required": ["seconds"]}]
    fields_of_whole = whole["properties"]
    fields_of_whole["seconds"]["default"] = "4"

    assert [found.rule for found in conflicts(tmp_path, page)] == ["required-with-default"]


def test_named_examples_count_like_a_single_one(tmp_path: Path) -> None:
    """Every one of several request examples is held to the list."""
    page = clean()
    del schema(page)["required"]
    media = operation(page)["requestBody"]["content"]["multipart/form-data"]
    media["examples"] = {"one": {"value": {"style": "noir"}}, "two": {"value": {"style": "anime"}}}

    (conflict,) = conflicts(tmp_path, page)

    assert (conflict.rule, conflict.field) == ("request-example-outside-list", "style")


def test_parameters_are_fields_too(tmp_path: Path) -> None:
    """A query parameter whose example is not in its list is reported."""
    page = clean()
    operation(page)["parameters"].append(
        {
            "name": "order",
            "in": "query",
            "description": "Order",
            "example": "up",
            "schema": {"type": "string", "enum": ["asc", "desc"]},
        }
    )

    (conflict,) = conflicts(tmp_path, page)

    assert (conflict.rule, conflict.field) == ("request-example-outside-list", "order")
