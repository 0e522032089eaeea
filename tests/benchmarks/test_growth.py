"""The cost of an input, counted in instructions, grows no faster than the input."""

from collections import defaultdict

import pytest

from benchmarks.growing import QUADRATIC
from benchmarks.instructions import totals_of

# A cost in proportion is 2; the square of a size is 4.
MOST = 2.5


def ratios(totals: dict[str, int]) -> dict[str, float]:
    """How much more the larger size of each kind costs than the smaller."""
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for name, total in totals.items():
        by_kind[name.partition("|")[0]].append(total)
    return {name: larger / smaller for name, (smaller, larger) in by_kind.items()}


@pytest.mark.long
@pytest.mark.needs("valgrind", "callgrind_control")
def test_twice_the_input_costs_at_most_two_and_a_half_times() -> None:
    """For every kind of input twice its size takes at most 2.5 times the instructions."""
    found = ratios(totals_of("benchmarks.growing"))

    assert found.pop(QUADRATIC) > MOST, "what grows with the square is not found"
    assert len(found) > 70
    assert {name: ratio for name, ratio in found.items() if ratio > MOST} == {}
