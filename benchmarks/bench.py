"""One run: which servers it measures, how hard, in turns, and how its progress is shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from benchmarks.abilities import Ability, abilities
from benchmarks.peers.peer import Peer, missing, version
from benchmarks.requests import LoadError, Pressure
from benchmarks.results.figures import Entrant, Figures
from benchmarks.servers import Server, StartError, running


class LeftOutError(Exception):
    """A server cannot be measured in a row; the message is the reason."""


Failure = (LeftOutError, LoadError, StartError)


class Turns:
    """One value per round for each name, and the reasons of those that were left out."""

    def __init__(self, names: Iterable[str]) -> None:
        self.values: dict[str, list[float]] = {name: [] for name in names}
        self.left_out: dict[str, str] = {}

    def take(self, rounds: int, once: Callable[[str, int], float]) -> None:
        """Run all rounds; `once` gets a name and the number of the round, counted from 1."""

        def one(number: int) -> None:
            self.each(lambda name: once(name, number))

        for number in range(1, rounds + 1):
            one(number)

    def each(self, once: Callable[[str], float]) -> None:
        """Run one round. A name that fails is left out, and its values are dropped."""
        for name in list(self.values):
            try:
                self.values[name].append(once(name))
            except Failure as reason:
                self.leave_out(name, str(reason))

    def leave_out(self, name: str, reason: str) -> None:
        """Leave a name out for the first line of ``reason``."""
        self.values.pop(name, None)
        self.left_out[name] = (reason.strip().splitlines() or ["no reason given"])[0]

    def forget(self) -> None:
        """Drop the values of a rehearsal; what was left out stays left out."""
        self.values = {name: [] for name in self.values}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The number of rounds, the load, and the number of jobs for the row about memory."""

    rounds: int
    pressure: Pressure
    jobs: int


class Bench:
    """The servers to measure, which start when first needed and end with the block."""

    def __init__(
        self, peers: Mapping[str, Peer], plan: Plan, report: Callable[[str], None]
    ) -> None:
        """Measure these peers; ``report`` is called with what happens now."""
        self.peers = peers
        self.plan = plan
        self.report = report
        self._up: dict[str, Server] = {}
        self._failed: dict[str, str] = {}
        self._abilities: dict[str, frozenset[Ability]] = {}
        self._until_it_ends = ExitStack()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        self._until_it_ends.close()

    def peer(self, name: str) -> Peer:
        """Return a peer that this machine can run.

        Raises:
            LeftOutError: a program or package is missing.
        """
        peer = self.peers[name]
        if reason := missing(peer):
            raise LeftOutError(reason)
        return peer

    def server(self, name: str) -> Server:
        """Return the server of a peer, which is started once.

        Raises:
            LeftOutError: the machine lacks something, or it did not start.
        """
        if name in self._failed:
            raise LeftOutError(self._failed[name])
        if name not in self._up:
            self._start(self.peer(name))
        return self._up[name]

    def _start(self, peer: Peer) -> None:
        self.report(f"starting {peer.title}")
        try:
            server = self._until_it_ends.enter_context(running(peer))
            self._abilities[peer.name] = abilities(server.url)
        except (StartError, LoadError) as error:
            self._failed[peer.name] = f"did not start: {error}"
            raise LeftOutError(self._failed[peer.name]) from error
        self._up[peer.name] = server

    def abilities(self, name: str) -> frozenset[Ability]:
        """Return what a peer was found to do.

        Raises:
            LeftOutError: as for its server.
        """
        self.server(name)
        return self._abilities[name]

    def entrants(self, rows: Sequence[Figures]) -> Sequence[Entrant]:
        """The peers in these rows with version, setting and abilities, or what is missing."""
        asked = {name for row in rows for name in (*row.values, *row.left_out)}
        return [self._entrant(peer) for peer in self.peers.values() if peer.name in asked]

    def _entrant(self, peer: Peer) -> Entrant:
        known = {"name": peer.name, "title": peer.title, "setting": peer.setting}
        try:
            found = sorted(self.abilities(peer.name))
        except LeftOutError as reason:
            return Entrant(**known, missing=str(reason).splitlines()[0])
        return Entrant(**known, version=version(peer), abilities=[str(each) for each in found])


class Progress:
    """A progress bar over all rows."""

    def __init__(self, rows: int) -> None:
        self._bars = Bars(
            BarColumn(20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=Console(stderr=True),
        )
        self._task = self._bars.add_task("", total=rows)

    def __enter__(self) -> "Progress":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def report(self, what: str) -> None:
        """Show what is done now."""
        self._bars.update(self._task, description=what)

    def done(self) -> None:
        """Count a finished row."""
        self._bars.advance(self._task)
