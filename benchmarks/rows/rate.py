"""How many answers a second: everybody is made ready and warmed up, and then loaded in turns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.abilities import Ability
from benchmarks.bench import Bench
from benchmarks.load import Pressure
from benchmarks.results.figures import Figures
from benchmarks.rounds import LeftOutError
from benchmarks.rows.row import Heading
from benchmarks.servers import Server

Load = Callable[[Pressure], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A row of rates.

    ``prepare`` asks a server once for what it will be asked, and returns what loads it and tells
    the rate. ``needs`` is what a peer without it has no figure for; ``shows`` is what stands beside
    the figure of a peer that does not do it.
    """

    heading: Heading
    prepare: Callable[[Server, frozenset[Ability]], Load]
    needs: Ability | None = None
    shows: tuple[Ability, ...] = ()

    @property
    def headings(self) -> Sequence[Heading]:
        """One row."""
        return (self.heading,)

    def measure(self, bench: Bench) -> Sequence[Figures]:
        """Rates in turns."""
        loads: dict[str, Load] = {}
        turns = self.heading.turns(bench)
        turns.each(lambda name: self._made_ready(bench, name, loads))
        turns.forget()
        turns.take(
            bench.plan.rounds, lambda name, number: self._round(bench, name, loads[name], number)
        )
        lacks = {name: self._lacking(bench, name) for name in turns.values}
        return (self.heading.figures(turns, lacks),)

    def _made_ready(self, bench: Bench, name: str, loads: dict[str, Load]) -> float:
        server, found = bench.server(name), bench.abilities(name)
        if self.needs and self.needs not in found:
            raise LeftOutError(f"no {self.needs}")
        bench.tell(f"{self.heading.title}: {server.peer.title} warms up")
        loads[name] = self.prepare(server, found)
        return loads[name](Pressure(server.peer.warm_s, bench.plan.pressure.connections))

    def _round(self, bench: Bench, name: str, load: Load, number: int) -> float:
        server = bench.server(name)
        bench.tell(f"{self.heading.title}: {server.peer.title}, round {number}")
        server.peer.rest(server.url)
        return load(bench.plan.pressure)

    def _lacking(self, bench: Bench, name: str) -> list[str]:
        return [str(each) for each in self.shows if each not in bench.abilities(name)]


def rate_heading(name: str, title: str) -> Heading:
    """The heading of a row about this fake and all others."""
    return Heading(name=name, title=title, unit="/s", more_is_better=True)
