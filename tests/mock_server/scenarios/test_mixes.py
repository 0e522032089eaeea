"""Weighted mixes of scenarios: drawn for each job, repeatable, rejected if invalid."""

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
from mock_server.scenarios.selection import parse_selection, shipped
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
    mix = shipped().select(weights)
    assert isinstance(mix, Mix)
    return mix


def tenants(scenario: Scenario | Mix, seed: int | None) -> TenantRepository:
    """The tenants of a server with a default scenario or mix."""
    return TenantRepository(MemoryStore(), defaults(scenario, seed=seed))


def defaults(scenario: Scenario | Mix, **more: Any) -> TenantDefaults:
    """The defaults of tenants with this scenario or mix."""
    return TenantDefaults(
        clock=lambda: ManualClock(START_MS),
        scenarios=replace(shipped(), default=scenario),
        dialects=DIALECTS,
        **more,
    )


def drawn_from(server: TenantRepository, tenant: str) -> Scenario:
    """The scenario of the tenant's next job."""

    async def draw() -> Scenario:
        scenario, _ = await server.draw_job(tenant, (await server.read(tenant)).scenario)
        return scenario

    return asyncio.run(draw())


@given(WEIGHTS, st.integers(), st.integers(0, 20))
def test_the_same_seed_draws_the_same_scenarios(
    weights: dict[str, float], seed: int, count: int
) -> None:
    """Two servers with one seed draw the same scenarios for a tenant, whatever its faults draw."""
    one, other = (tenants(mix_of(weights), seed) for _ in range(2))
    asyncio.run(other.change("tenant", lambda state: state.draw("faults")))

    drawn = [[drawn_from(each, "tenant").name for _ in range(count)] for each in (one, other)]

    assert drawn[0] == drawn[1]
    assert set(drawn[0]) <= set(weights)


def test_tenants_draw_apart() -> None:
    """One tenant's creates do not change the scenarios of another's."""
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
    asked = parse_selection(mix_of(weights).name)

    assert isinstance(asked, dict)
    assert asked == {name: pytest.approx(weight, rel=1e-5) for name, weight in weights.items()}


def test_a_single_name_is_no_mix() -> None:
    """A name alone selects that scenario."""
    assert shipped().select(parse_selection("slow")) == shipped().named("slow")


BAD: tuple[tuple[str, str], ...] = (
    ("happy=8,fials=1", "No scenario 'fials'; known: answer_lost, cancelled"),
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


@pytest.mark.parametrize(("text", "message"), BAD)
def test_a_bad_mix_is_refused(text: str, message: str) -> None:
    """Unknown names and invalid weights are rejected by name."""
    with pytest.raises(ApiError, match=message):
        shipped().select(parse_selection(text))


@pytest.mark.parametrize("weights", [{}, {"happy": True}, {"happy": None}, {"happy": [1]}])
def test_a_bad_table_of_weights_is_refused(weights: dict[str, Any]) -> None:
    """A table of weights is checked like a text."""
    with pytest.raises(ApiError) as caught:
        shipped().select(weights)

    assert caught.value.status == 400


def test_every_tenant_begins_with_the_servers_faults() -> None:
    """Faults of the command line are set for each tenant, with ids of its own."""
    faults = ((Status(), Match()), (Status(status=503), Match(first=1)))
    server = TenantRepository(MemoryStore(), defaults(shipped().named("happy"), faults=faults))

    for tenant in ("one", "other"):
        begun = asyncio.run(server.read(tenant)).faults.faults
        assert [(each.id, each.set_ms, each.seen) for each in begun] == [
            (1, START_MS, 0),
            (2, START_MS, 0),
        ]
