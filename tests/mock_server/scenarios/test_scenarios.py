"""Scenario files and the choice of a scenario."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.job import Stage, view_at
from mock_server.scenarios import SHIPPED
from mock_server.scenarios.parsing import load_scenarios
from openapi.errors import SpecError
from tests.mock_server.facts import BORN_MS, job
from tests.mock_server.parts import selector

NAMES = [
    "happy",
    "instant",
    "slow",
    "stuck_queued",
    "stuck_at_99",
    "fails_at_60",
    "moderation_at_create",
    "moderation_late",
    "upstream_timeout",
    "jumps_to_90",
    "unknown_status",
    "completed_without_content",
    "content_expired",
    "cancelled",
    "answer_lost",
]
BROKEN = [
    ("odd: {summary: x, stepz: []}", 1, "unknown key 'stepz'"),
    ("odd: {steps: []}", 1, "has no summary"),
    ("odd:\n  summary: x\n  ends: failed", 3, "fails without an error"),
    ("odd:\n  summary: x\n  steps:\n    - {stage: resting}", 4, "has the unknown stage 'resting'"),
    ("odd:\n  summary: x\n  steps:\n    - {stage: queued, seconds: -1}", 4, "number from 0 to"),
    ("odd:\n  summary: x\n  steps:\n    - {stage: queued, seconds: .nan}", 4, "number from 0 to"),
    ("odd:\n  summary: x\n  steps:\n    - {stage: queued, times: 1.0e+308}", 4, "from 0 to 1,000"),
    ("odd:\n  summary: x\n  steps:\n    - {stage: queued, times: true}", 4, "from 0 to 1,000"),
    ("odd:\n  summary: x\n  retention_s: .inf", 3, "number from 0 to 1,000,000,000"),
    (
        "odd:\n  summary: x\n  refusal: {status: soon, code: c, message: m}",
        *(3, "whole number from 400 to 599"),
    ),
    (
        f"odd:\n  summary: x\n  steps: [{', '.join(['{stage: queued}'] * 101)}]",
        *(3, "more than 100 steps"),
    ),
    (
        "odd:\n  summary: x\n  steps:\n    - {stage: queued, progress: [9, 1]}",
        4,
        "the smaller first",
    ),
    ("odd:\n  summary: x\n  refusal: {status: 400}", 3, "needs a refusal"),
    ("- odd", 1, "not a table of scenarios"),
]


def test_the_shipped_scenarios_are_all_there() -> None:
    """Every scenario that the documentation names is shipped."""
    assert list(load_scenarios(SHIPPED)) == NAMES


@pytest.mark.parametrize(("text", "line", "why"), BROKEN)
def test_a_bad_file_is_refused_with_its_line(
    text: str, line: int, why: str, tmp_path: Path
) -> None:
    """A scenario file that is not right is refused whole: file, line and reason."""
    path = tmp_path / "mine.yaml"
    path.write_text(text)

    with pytest.raises(SpecError) as caught:
        load_scenarios(SHIPPED, path)

    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert why in str(caught.value)


def test_a_file_of_ones_own_adds_and_replaces(tmp_path: Path) -> None:
    """What a user's file names anew stands beside the shipped scenarios, or instead of one."""
    path = tmp_path / "mine.yaml"
    path.write_text(
        "nap: {summary: Naps., steps: [{stage: queued, seconds: 5}]}\nhappy: {summary: Y}"
    )

    known = load_scenarios(SHIPPED, path)

    assert known["nap"].steps[0].seconds == 5
    assert known["happy"].summary == "Y"
    assert len(known) == len(NAMES) + 1


@pytest.mark.parametrize(
    ("words", "name"),
    [((), "happy"), (("stuck_at_99",), "stuck_at_99"), (("429", "slow", "instant"), "slow")],
)
def test_a_request_chooses_its_scenario(words: tuple[str, ...], name: str) -> None:
    """The first word that names a scenario counts, and without one the usual scenario."""
    known = selector()
    chosen, _ = asyncio.run(known.choose("tenant", known.scenarios.default, words))

    assert chosen.name == name


@given(st.sampled_from([name for name in NAMES if name != "moderation_at_create"]), st.data())
def test_no_scenario_runs_backwards(name: str, data: st.DataObject) -> None:
    """Whatever the scenario, later never means an earlier stage or less progress."""
    timeline = load_scenarios(SHIPPED)[name].timeline(
        queued_ms=10_000, running_ms=60_000, retention_ms=None
    )
    instants = sorted(data.draw(st.lists(st.integers(0, 10**9), min_size=2, max_size=6)))
    views = [view_at(job(timeline), BORN_MS + instant) for instant in instants]

    order = [Stage.QUEUED, Stage.RUNNING, Stage.COMPLETED, Stage.FAILED]
    assert [view.progress for view in views] == sorted(view.progress for view in views)
    ranks = [order.index(view.stage) for view in views]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "moderation_at_create"])
def test_a_refund_is_a_fact_of_the_job(name: str) -> None:
    """Who charges for jobs can read from each whether it was charged."""
    timeline = load_scenarios(SHIPPED)[name].timeline(
        queued_ms=10_000, running_ms=60_000, retention_ms=None
    )

    assert job(timeline).timeline.refunded == (name == "upstream_timeout")
