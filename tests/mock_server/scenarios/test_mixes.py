"""Weighted mixes of scenarios: drawn job by job, repeatable, refused where they make no sense."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.clock import ManualClock
from mock_server.domain.scenario import Mix, Scenario
from mock_server.faults.active import Match
from mock_server.faults.status import Status
from mock_server.http.errors import ApiError
from mock_server.scenarios.selection import read_course, shipped
from mock_server.stores import MemoryStore
from mock_server.tenants import TenantDefaults, TenantRepository
from mock_server.tenants.defaults import Dialects
from openapi.dialects.loading import load_dialects
from tests.mock_server.inprocess import START_MS

DIALECTS = Dialects(load_dialects(), load_dialects()["gateway"])
WEIGHTS = st.dictionaries(
    st.sampled_from(sorted(shipped().known)), st.floats(0.1, 100), min_size=1, max_size=4
)


def mix_of(weights: dict[str, float]) -> Mix:
    """A mix of shipped scenarios."""
    mix = shipped().course(weights)
    assert isinstance(mix, Mix)
    return mix


def tenants(course: Scenario | Mix, seed: int | None) -> TenantRepository:
    """The worlds of a server with that course."""
    return TenantRepository(MemoryStore(), defaults(course, seed=seed))


def defaults(course: Scenario | Mix, **more: Any) -> TenantDefaults:
    """How worlds with that course begin."""
    return TenantDefaults(
        clock=lambda: ManualClock(START_MS),
        scenarios=replace(shipped(), default=course),
        dialects=DIALECTS,
        **more,
    )


def drawn_from(server: TenantRepository, tenant: str) -> Scenario:
    """What the tenant's next job does."""

    async def draw() -> Scenario:
        scenario, _ = await server.draw_job(tenant, (await server.read(tenant)).scenario)
        return scenario

    return asyncio.run(draw())


@given(WEIGHTS, st.integers(), st.integers(0, 20))
def test_the_same_seed_draws_the_same_courses(
    weights: dict[str, float], seed: int, count: int
) -> None:
    """Two servers with one seed give a tenant's jobs the same courses, whatever its faults draw."""
    one, other = (tenants(mix_of(weights), seed) for _ in range(2))
    asyncio.run(other.change("tenant", lambda state: state.draw("faults")))

    drawn = [[drawn_from(each, "tenant").name for _ in range(count)] for each in (one, other)]

    assert drawn[0] == drawn[1]
    assert set(drawn[0]) <= set(weights)


def test_tenants_draw_apart() -> None:
    """One tenant's creates do not change what another's jobs do."""
    mix = mix_of({"happy": 1, "slow": 1})
    alone, among = tenants(mix, 7), tenants(mix, 7)
    drawn = []
    for _ in range(20):
        drawn_from(among, "other")
        drawn.append((drawn_from(alone, "one"), drawn_from(among, "one")))

    assert [first for first, _ in drawn] == [second for _, second in drawn]


def test_a_mix_keeps_its_proportions() -> None:
    """A weight of eight in ten is four jobs in five."""
    mix = mix_of({"happy": 8, "fails_at_60": 1, "stuck_queued": 1})
    chance = random.Random(1)
    counted = Counter(mix.draw(chance).name for _ in range(5000))

    assert counted["happy"] == pytest.approx(4000, rel=0.05)
    assert counted["fails_at_60"] == pytest.approx(500, rel=0.2)
    assert counted["stuck_queued"] == pytest.approx(500, rel=0.2)


@given(WEIGHTS)
def test_a_mix_is_read_as_it_is_written(weights: dict[str, float]) -> None:
    """The name of a mix, put on a command line, is the mix again, to six digits."""
    asked = read_course(mix_of(weights).name)

    assert isinstance(asked, dict)
    assert asked == {name: pytest.approx(weight, rel=1e-5) for name, weight in weights.items()}


def test_a_single_name_is_no_mix() -> None:
    """A name alone is that scenario."""
    assert shipped().course(read_course("slow")) == shipped().named("slow")


BAD: tuple[tuple[str, str], ...] = (
    ("happy=8,fials=1", "No scenario 'fials'; known: cancelled"),
    ("happy=0", "weight of scenario 'happy' is 0.0; it must be a number from 0.001"),
    ("happy=-1", "is -1.0; it must be"),
    ("happy=nan", "is nan; it must be"),
    ("happy=inf", "is inf; it must be"),
    ("happy=many", "is 'many'; it must be"),
    ("happy=1,slow", "NAME=WEIGHT,NAME=WEIGHT, each name once; got 'slow'"),
    ("happy=1,happy=2", "each name once; got 'happy=2'"),
    ("happy,slow", "got 'happy'"),
    ("fials", "No scenario 'fials'"),
    ("", "No scenario ''"),
)


@pytest.mark.parametrize(("text", "told"), BAD)
def test_a_bad_mix_is_refused(text: str, told: str) -> None:
    """Names nobody knows and weights that are none are refused by name."""
    with pytest.raises(ApiError, match=told):
        shipped().course(read_course(text))


@pytest.mark.parametrize("weights", [{}, {"happy": True}, {"happy": None}, {"happy": [1]}])
def test_a_bad_table_of_weights_is_refused(weights: dict[str, Any]) -> None:
    """What a program hands over is held to the same."""
    with pytest.raises(ApiError) as caught:
        shipped().course(weights)

    assert caught.value.status == 400


def test_every_world_begins_with_the_servers_faults() -> None:
    """Faults of the command line are set anew in each world, with numbers of its own."""
    faults = ((Status(), Match()), (Status(status=503), Match(first=1)))
    server = TenantRepository(MemoryStore(), defaults(shipped().named("happy"), faults=faults))

    for tenant in ("one", "other"):
        begun = asyncio.run(server.read(tenant)).faults.faults
        assert [(each.id, each.set_ms, each.seen) for each in begun] == [
            (1, START_MS, 0),
            (2, START_MS, 0),
        ]
