"""A target is met, not met or not measured, and each speaks of a row that exists."""

from dataclasses import replace

import pytest

from benchmarks.peers import EVERYBODY
from benchmarks.results.targets import TARGETS, AtLeast, Below, Target, Verdict
from benchmarks.rows import ROWS
from tests.benchmarks.comparison.samples import RESULTS

HEADINGS = {heading.name: heading for row in ROWS for heading in row.headings}


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        (AtLeast("create-json", "prism", 3), Verdict.MET),
        (AtLeast("create-json", "prism", 3.01), Verdict.NOT_MET),
        (AtLeast("create-json", "wiremock", 0.1), Verdict.NOT_MEASURED),
        (AtLeast("poll", "prism", 0.1), Verdict.NOT_MEASURED),
        (Below("first-render", 106), Verdict.MET),
        (Below("first-render", 105), Verdict.NOT_MET),
        (Below("memory-jobs", 1e9), Verdict.NOT_MEASURED),
    ],
)
def test_a_target_is_held_to_the_median(target: Target, verdict: Verdict) -> None:
    """What was left out of the run is never met."""
    assert target.verdict(RESULTS) is verdict


def test_nothing_is_met_by_a_run_without_rows() -> None:
    """A run that measured nothing meets nothing."""
    empty = replace(RESULTS, rows=[])

    assert {target.verdict(empty) for target in TARGETS} == {Verdict.NOT_MEASURED}


def test_a_target_is_shown_with_its_aim() -> None:
    """The words name the peer by its title, the least and what is hoped for."""
    assert AtLeast("cold-start", "prism", 2, aim=3).shown(RESULTS) == "Prism ≥ 2, aim 3"
    assert Below("first-render", 250).shown(RESULTS) == "< 250 ms"


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_a_target_speaks_of_a_row_and_of_who_is_in_it(target: Target) -> None:
    """A renamed row or peer leaves no target behind that can only be `not measured`."""
    heading = HEADINGS[target.row]
    if isinstance(target, AtLeast):
        assert target.peer in heading.against
        assert target.peer in EVERYBODY


def test_rows_have_names_of_their_own() -> None:
    """No two rows share a name, since targets and options choose by it."""
    names = [heading.name for row in ROWS for heading in row.headings]

    assert len(names) == len(set(names))
