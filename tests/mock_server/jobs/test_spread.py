"""Times that jobs draw: from the spread of a model or a scenario's step, once, under the seed."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import openapi
from mock_server.domain.ids import IdSource
from mock_server.domain.job import Job, Stage
from mock_server.domain.scenario import Scenario, Step, between
from mock_server.http.security import tenant_of
from mock_server.scenarios.parsing import load_scenarios
from mock_server.settings import Settings
from openapi.catalogue.models import load_catalogue
from openapi.errors import SpecError
from tests.mock_server.inprocess import fake_gateway

QUANTILES = st.lists(st.floats(0, 1000), min_size=2, max_size=9).map(sorted)
USUAL_MS = 10_000 + 4 * 14_300


def made(settings: Settings, count: int = 4) -> list[Job]:
    """The new jobs of a server."""
    request = {"model": "sora-2", "prompt": "A cat"}
    with fake_gateway(settings) as fake:
        client = fake.client("sk-a")
        ids = [client.post("/v1/videos", json=request).json()["id"] for _ in range(count)]
        jobs = [fake.runner.run(fake.server.jobs.find(tenant_of("sk-a"), each)) for each in ids]
        fake.runner.run(fake.server.jobs.store.close())
        return jobs


def lives(settings: Settings) -> list[int]:
    """How long the jobs of a new server take, in milliseconds."""
    return [each.timeline.life_ms or 0 for each in made(settings)]


@given(QUANTILES, st.floats(0, 1, exclude_max=True))
def test_a_value_lies_between_the_least_and_the_most(quantiles: list[float], share: float) -> None:
    """Whatever is drawn is neither shorter than the shortest nor longer than the longest."""
    assert quantiles[0] <= between(quantiles, share) <= quantiles[-1]


def test_quantiles_are_evenly_spaced() -> None:
    """Half of all values lie below the middle of three, a quarter below the second of five."""
    assert between([1, 2, 10], 0.5) == 2
    assert between([1, 2, 10], 0.75) == 6
    assert between([1, 2, 4, 8, 16], 0.25) == 2


@given(QUANTILES, st.integers())
def test_the_step_of_a_scenario_draws_its_own_length(quantiles: list[float], seed: int) -> None:
    """A spread multiplies the length of its step; the others keep theirs."""
    steps = (
        Step(stage=Stage.QUEUED, seconds=10, spread=tuple(quantiles)),
        Step(stage=Stage.RUNNING, seconds=60),
    )
    scenario = Scenario(name="drawn", summary="x", steps=steps)
    draw = IdSource(random.Random(seed)).between
    queued, running = scenario.timeline(
        queued_ms=0, running_ms=0, retention_ms=None, draw=draw
    ).phases

    assert queued.duration_ms is not None
    assert quantiles[0] * 10_000 - 1 <= queued.duration_ms <= quantiles[-1] * 10_000 + 1
    assert running.duration_ms == 60_000


def test_jobs_draw_their_times_under_the_seed() -> None:
    """Without `exact` jobs differ, within the spread of the catalogue, the same for each seed."""
    one, other, third = (lives(Settings(seed=seed, exact=False)) for seed in (1, 1, 2))
    spread = load_catalogue(openapi.MODELS).spread

    assert one == other != third
    assert len(set(one)) == len(one)
    assert all(spread[0] * USUAL_MS - 1 <= each <= spread[-1] * USUAL_MS + 1 for each in one)


def test_exact_times_are_the_same_for_all_jobs() -> None:
    """A server in this process gives each job exactly its model's times."""
    assert set(lives(Settings(seed=1))) == {USUAL_MS}


def test_a_scenario_of_fixed_lengths_is_the_same_for_all_jobs(tmp_path: Path) -> None:
    """A length in seconds without a spread is that length, whatever the model draws."""
    path = tmp_path / "mine.yaml"
    path.write_text("nap: {summary: Naps., steps: [{stage: queued, seconds: 5}]}\n")

    assert set(lives(Settings(scenario="nap", scenarios=(path,), exact=False))) == {5000}


def test_a_model_draws_from_its_own_spread(tmp_path: Path) -> None:
    """A row's spread comes before the catalogue's; a catalogue without any has exact times."""
    text = openapi.MODELS.read_text(encoding="utf-8")
    own, none = tmp_path / "own.yaml", tmp_path / "none.yaml"
    own.write_text(text.replace("per_second_s: 14.3,", "per_second_s: 14.3, spread: [2, 2],"))
    none.write_text(text.replace("spread:\n  times: [0.8, 1, 1.5]", "spread:\n  times: [1, 1]"))

    assert set(lives(Settings(models=own, exact=False))) == {2 * USUAL_MS}
    assert set(lives(Settings(models=none, exact=False))) == {USUAL_MS}


def test_ids_do_not_depend_on_drawn_times() -> None:
    """With one seed ids and links are the same, whether times are drawn or not."""
    exact, drawn = (made(Settings(seed=1, exact=exact)) for exact in (True, False))

    assert [(each.id, each.token) for each in exact] == [(each.id, each.token) for each in drawn]


def test_a_drawn_time_is_a_fact_of_the_job(tmp_path: Path) -> None:
    """A server that was restarted knows the times that its jobs have drawn."""
    settings = Settings(exact=False, store=f"sqlite:///{tmp_path}/jobs.db")
    before = made(settings)
    with fake_gateway(settings) as fake:
        jobs = fake.server.jobs
        after = [fake.runner.run(jobs.find(tenant_of("sk-a"), each.id)) for each in before]
        fake.runner.run(jobs.store.close())

    assert before == after


@pytest.mark.parametrize(
    "spread", ["[1]", "[2, 1]", "[1, x]", "[-1, 1]", "0.5", "[1, .nan]", str([1.0] * 102)]
)
def test_a_bad_spread_is_refused(tmp_path: Path, spread: str) -> None:
    """The quantiles of a step are two numbers or more, from the shortest to the longest."""
    path = tmp_path / "mine.yaml"
    path.write_text(f"odd:\n  summary: x\n  steps:\n    - {{stage: queued, spread: {spread}}}\n")
    with pytest.raises(SpecError, match="needs a spread as 2 to 101 numbers") as caught:
        load_scenarios(path)

    assert caught.value.line == 4
