"""Ratios compare rounds one by one and are shown with their spread."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from benchmarks.results.figures import Figures, Ratio
from tests.benchmarks.comparison.samples import CREATE, START

RATES = st.lists(st.floats(0.001, 1e6), min_size=1, max_size=9)


def _row(ours: list[float], theirs: list[float], *, more_is_better: bool) -> Figures:
    return Figures(
        name="row",
        title="a row",
        unit="/s",
        more_is_better=more_is_better,
        subject="fake",
        values={"fake": ours, "prism": theirs},
    )


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    """A round that was slow for both changes nothing, as it would change a ratio of medians."""
    assert CREATE.ratio("prism") == Ratio(median=3, least=3, most=4)


def test_less_is_better_where_time_is_measured() -> None:
    """Twice as good is half the time."""
    assert START.ratio("prism") == Ratio(median=1.25, least=1, most=1.5)


def test_there_is_no_ratio_without_figures() -> None:
    """A peer that was left out has no ratio, and no peer has one if the subject was."""
    alone = Figures(
        name="row",
        title="a row",
        unit="s",
        more_is_better=False,
        subject="fake",
        values={"prism": [1.0]},
    )

    assert CREATE.ratio("wiremock") is None
    assert alone.ratio("prism") is None


@given(RATES, RATES)
def test_the_median_lies_within_the_spread(ours: list[float], theirs: list[float]) -> None:
    """The median is never below the least round nor above the most."""
    ratio = _row(ours, theirs, more_is_better=True).ratio("prism")

    assert ratio
    assert ratio.least <= ratio.median <= ratio.most


@given(RATES)
def test_a_peer_as_good_as_the_fake_has_a_ratio_of_one(rates: list[float]) -> None:
    """Equal figures are 1 in every round, whichever way is better."""
    for more_is_better in (True, False):
        assert _row(rates, rates, more_is_better=more_is_better).ratio("prism") == Ratio(1, 1, 1)


def test_a_row_knows_its_middle() -> None:
    """The median of somebody's values, and nothing where there are none."""
    assert CREATE.middle("fake") == pytest.approx(2000)
    assert CREATE.middle("wiremock") is None
