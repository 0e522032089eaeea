"""Takes turns: in each round everybody is measured once, so that a busy minute falls on all."""

from collections.abc import Callable, Iterable

from benchmarks.load import LoadError
from benchmarks.servers import StartError


class LeftOutError(Exception):
    """Somebody cannot be measured in a row; the text is the reason."""


Failure = (LeftOutError, LoadError, StartError)


class Turns:
    """Values by name, one a round, and the reasons of those who are out."""

    def __init__(self, names: Iterable[str]) -> None:
        """Nobody is out yet."""
        self.values: dict[str, list[float]] = {name: [] for name in names}
        self.left_out: dict[str, str] = {}

    def take(self, rounds: int, once: Callable[[str, int], float]) -> None:
        """All rounds, which count from 1; `once` is told whose turn it is, and the round."""

        def one(number: int) -> None:
            self.each(lambda name: once(name, number))

        for number in range(1, rounds + 1):
            one(number)

    def each(self, once: Callable[[str], float]) -> None:
        """One round: a value for everybody who is still in. Who fails is out, with no values."""
        for name in list(self.values):
            try:
                self.values[name].append(once(name))
            except Failure as reason:
                self.leave_out(name, str(reason))

    def leave_out(self, name: str, reason: str) -> None:
        """Take somebody out, for the first line of a reason."""
        self.values.pop(name, None)
        self.left_out[name] = (reason.strip().splitlines() or ["no reason was told"])[0]

    def forget(self) -> None:
        """Keep no value of what was a rehearsal; who is out stays out."""
        self.values = {name: [] for name in self.values}
