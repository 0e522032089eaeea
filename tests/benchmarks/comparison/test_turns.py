"""Everybody is measured once in each round, and one who fails is out with a reason."""

from benchmarks.bench import LeftOutError, Turns
from benchmarks.requests import LoadError


def test_each_round_visits_everybody_in_turn() -> None:
    """The second round begins when everybody had the first."""
    visits = []
    turns = Turns(["fake", "prism"])

    def once(name: str, number: int) -> float:
        visits.append((name, number))
        return number

    turns.take(2, once)

    assert visits == [("fake", 1), ("prism", 1), ("fake", 2), ("prism", 2)]
    assert turns.values == {"fake": [1, 2], "prism": [1, 2]}


def test_who_fails_in_any_round_is_out_with_the_reason() -> None:
    """Values of earlier rounds are no figure, and the others go on."""
    turns = Turns(["fake", "prism", "aimock"])

    def once(name: str, number: int) -> float:
        if name == "prism" and number == 2:
            raise LoadError("poll answers 500\nwith a long text")
        if name == "aimock":
            raise LeftOutError("no media")
        return 1

    turns.take(3, once)

    assert turns.values == {"fake": [1, 1, 1]}
    assert turns.left_out == {"prism": "poll answers 500", "aimock": "no media"}


def test_a_rehearsal_is_no_round() -> None:
    """What was measured while warming up is forgotten, but not who failed."""
    turns = Turns(["fake", "prism"])

    def rehearse(name: str) -> float:
        if name == "prism":
            raise LeftOutError("no media")
        return 1

    turns.each(rehearse)
    turns.forget()

    assert turns.values == {"fake": []}
    assert turns.left_out == {"prism": "no media"}
