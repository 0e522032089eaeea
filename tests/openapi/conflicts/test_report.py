"""Holds the report on the shipped pages: every known contradiction, each with a line to open."""

import pytest

from openapi import DOCUMENTED
from openapi.conflicts import ALL_RULES, EACH_RULES, Claim, Conflict, find
from openapi.conflicts.annotations import load_annotations
from openapi.documents.pointers import steps_of
from openapi.pages.documented import load_pages
from tests.openapi.conflicts.known import KNOWN

BOTH = "POST /v1/videos and POST /v1/video/create"


REPORT = find(load_pages(DOCUMENTED))
CLAIMS = [claim for conflict in REPORT for claim in conflict.claims]


def _rows(rule: str, page: str, field: str) -> list[Conflict]:
    return [
        conflict
        for conflict in REPORT
        if conflict.rule == rule
        and conflict.claims[0].page == page
        and field in conflict.field.split(", ")
    ]


@pytest.mark.parametrize("expected", KNOWN.values(), ids=KNOWN)
def test_every_known_contradiction_is_rows(expected: tuple[str, ...]) -> None:
    """Each of the 32 that people found is in the report, one row for each of its parts."""
    assert [len(_rows(*each.split())) for each in expected] == [1] * len(expected)


def test_rules_find_what_rules_can() -> None:
    """Only what is in the file of notes is reported as a person's note."""
    annotations = {annotation.rule for annotation in load_annotations()}

    assert {conflict.rule for conflict in REPORT if conflict.found == "remark"} == annotations
    assert annotations.isdisjoint(rule.id for rule in (*EACH_RULES, *ALL_RULES))


def test_every_kind_of_required_list_is_cited() -> None:
    """The four lists of one operation stand beside each other with their lengths."""
    (conflict,) = _rows("required-lists-differ", "sora-character", "required")

    assert {claim.page: claim.says.partition(":")[0] for claim in conflict.claims} == {
        "sora-image": "demands 2",
        "veo-image": "demands 5",
        "sora-character": "demands 2",
        "sora-image-zh": "demands 6",
    }


def test_three_forms_of_size_are_kept_apart() -> None:
    """Pixels, ratios and words are the three forms of a size."""
    (conflict,) = _rows("vocabularies-differ-in-form", "sora-character", "size")
    forms = {claim.says.rpartition("(")[2].rstrip(")") for claim in conflict.claims}

    assert forms == {"width x height", "ratio", "word"}
    assert conflict.operation == BOTH


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.page}:{claim.line}")
def test_every_cited_line_shows_what_is_cited(claim: Claim) -> None:
    """The line of the documented file holds the key, or the value of the list item."""
    page = DOCUMENTED / f"{claim.page}.yaml"
    line = page.read_text(encoding="utf-8").splitlines()[claim.line - 1]
    steps = steps_of(claim.pointer)

    if steps[-1].isdecimal() and line.lstrip().startswith("-"):
        assert steps[-2] not in line
    else:
        assert line.lstrip("- ").strip("'").startswith(steps[-1])


def test_every_row_says_how_it_was_settled() -> None:
    """A settlement is a sentence, and a note adds its source and standing."""
    assert all(conflict.settled.endswith(".") for conflict in REPORT)
    assert all(
        conflict.settled.endswith(("(verified).", "(inferred)."))
        for conflict in REPORT
        if conflict.found == "remark"
    )


def test_no_row_is_reported_twice() -> None:
    """Rule, page, operation and field name one row."""
    keys = [
        (conflict.rule, conflict.claims[0].page, conflict.operation, conflict.field)
        for conflict in REPORT
    ]

    assert len(keys) == len(set(keys))
