"""Holds each rule of a contract: this package's contract keeps it, and a broken one is found."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from openapi.building import contract_rules
from openapi.building.check import check_contract
from openapi.contract.requests import FORM, JSON
from openapi.errors import SpecError

Contract = dict[str, Any]
Break = Callable[[Contract], Any]
CREATE = ("paths", "/v1/videos", "post")


def create(contract: Contract) -> dict[str, Any]:
    """The create operation of a contract."""
    found: dict[str, Any] = contract["paths"]["/v1/videos"]["post"]
    return found


def json_first(contract: Contract) -> None:
    """Put JSON before the form."""
    content = create(contract)["requestBody"]["content"]
    content[FORM] = content.pop(FORM)


def number_in_a_form(contract: Contract) -> None:
    """Make a form field a number."""
    contract["components"]["schemas"]["VeoImageForm"]["properties"]["seconds"]["type"] = "integer"


# What breaks the contract, by the name of the rule that finds it.
BREAKS: dict[str, Break] = {
    "alike_paths": lambda c: c["paths"].update({"/v1/videos/{id}": c["paths"]["/v1/models"]}),
    "unknown_schemes": lambda c: create(c).update(security=[{"nope": []}]),
    "bad_names": lambda c: c["components"]["schemas"].update({"a b": {}}),
    "templates": lambda c: create(c).update(description="Send {{KEY}}"),
    "bodies_not_required": lambda c: create(c)["requestBody"].pop("required"),
    "forms_not_first": json_first,
    "form_fields_not_text": number_in_a_form,
    "default_responses": lambda c: create(c)["responses"].update(default={"description": ""}),
    "ignored_headers": lambda c: create(c).update(
        parameters=[{"name": "Accept", "in": "header", "schema": {}}]
    ),
    "unnamed_operations": lambda c: create(c).pop("operationId"),
    "lost_links": lambda c: create(c)["responses"]["200"]["links"].update(
        x={"operationId": "nope"}
    ),
}


def problems(contract: Contract) -> dict[str, list[str]]:
    """What each rule finds, by the rule's name; rules that find nothing are left out."""
    found = {rule.__name__: [what for _, what in rule(contract)] for rule in contract_rules.RULES}
    return {name: rows for name, rows in found.items() if rows}


def test_our_contract_keeps_every_rule(contract: Contract) -> None:
    """No rule finds anything in the contract of this package."""
    assert problems(contract) == {}


@pytest.mark.parametrize("rule", contract_rules.RULES, ids=lambda rule: rule.__name__)
def test_every_rule_bites(contract: Contract, rule: contract_rules.Rule) -> None:
    """A contract broken in one way is found by the one rule that is there for it."""
    broken = copy.deepcopy(contract)
    BREAKS[rule.__name__](broken)

    assert rule.__name__ in problems(broken)


def test_a_reference_to_nothing_is_found(contract: Contract) -> None:
    """A validator would fail on it without its place."""
    broken = copy.deepcopy(contract)
    broken["paths"]["/v1/models"]["get"]["responses"]["200"] = {"$ref": "#/components/nope"}

    assert list(contract_rules.lost_references(broken)) == [
        (("paths", "/v1/models", "get", "responses", "200"), "'#/components/nope' does not exist")
    ]
    assert list(contract_rules.lost_references(contract)) == []


def test_values_and_names_are_not_taken_for_words(contract: Contract) -> None:
    """An example may hold what elsewhere would break a rule, but for a template."""
    fine = copy.deepcopy(contract)
    example = {"$ref": "nowhere", "default": {}, "links": {"a": {"operationId": "nope"}}}
    fine["components"]["schemas"]["JobError"]["example"] = example

    assert problems(fine) == {}
    assert list(contract_rules.lost_references(fine)) == []


@pytest.mark.parametrize("word", ["anyOf", "oneOf", "allOf"])
def test_form_fields_are_found_however_deep(contract: Contract, word: str) -> None:
    """A form that is one of several schemas is held to text in each."""
    broken = copy.deepcopy(contract)
    number = {"type": "object", "properties": {"n": {"type": "number"}}}
    schema = create(broken)["requestBody"]["content"][FORM]["schema"]
    schema.setdefault(word, []).append({"allOf": [number]})

    assert "the form field 'n' is not text" in problems(broken)["form_fields_not_text"]


def test_numbers_in_json_are_numbers(contract: Contract) -> None:
    """Only a form carries nothing but text."""
    fine = copy.deepcopy(contract)
    schema = fine["paths"]["/v1/video/create"]["post"]["requestBody"]["content"][JSON]["schema"]
    schema["anyOf"].append({"type": "object", "properties": {"n": {"type": "number"}}})

    assert problems(fine) == {}


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_a_broken_contract_is_not_built(contract: Contract, pages: Any, rule: str) -> None:
    """Whatever a rule finds fails the check that every build ends with."""
    broken = copy.deepcopy(contract)
    BREAKS[rule](broken)
    with pytest.raises(SpecError, match="the built contract has"):
        check_contract(broken, pages)
