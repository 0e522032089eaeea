"""One run: whom it measures, how hard, and the servers that stay up until it ends."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.abilities import Ability, abilities
from benchmarks.load import LoadError, Pressure
from benchmarks.peers.npm import missing, version
from benchmarks.peers.peer import Peer
from benchmarks.results.figures import Entrant, Figures
from benchmarks.rounds import LeftOutError
from benchmarks.servers import Server, StartError, running


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often everything is measured, how hard, and with how many jobs memory is filled."""

    rounds: int
    pressure: Pressure
    jobs: int


class Bench:
    """What rows measure with. Servers start when they are first needed and end with the block."""

    def __init__(self, peers: Mapping[str, Peer], plan: Plan, tell: Callable[[str], None]) -> None:
        """Measure these peers; ``tell`` is told what happens now."""
        self.peers = peers
        self.plan = plan
        self.tell = tell
        self._up: dict[str, Server] = {}
        self._failed: dict[str, str] = {}
        self._abilities: dict[str, frozenset[Ability]] = {}
        self._until_it_ends = ExitStack()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        self._until_it_ends.close()

    def peer(self, name: str) -> Peer:
        """A peer that this machine can run.

        Raises:
            LeftOutError: it lacks something, which is told.
        """
        peer = self.peers[name]
        if reason := missing(peer):
            raise LeftOutError(reason)
        return peer

    def server(self, name: str) -> Server:
        """A peer's server, which is started once.

        Raises:
            LeftOutError: the machine lacks something, or it did not start.
        """
        if name in self._failed:
            raise LeftOutError(self._failed[name])
        if name not in self._up:
            self._start(self.peer(name))
        return self._up[name]

    def _start(self, peer: Peer) -> None:
        self.tell(f"starting {peer.title}")
        try:
            server = self._until_it_ends.enter_context(running(peer))
            self._abilities[peer.name] = abilities(server.url)
        except (StartError, LoadError) as error:
            self._failed[peer.name] = f"did not start: {error}"
            raise LeftOutError(self._failed[peer.name]) from error
        self._up[peer.name] = server

    def abilities(self, name: str) -> frozenset[Ability]:
        """What a peer was found to do.

        Raises:
            LeftOutError: as for its server.
        """
        self.server(name)
        return self._abilities[name]

    def entrants(self, rows: Sequence[Figures]) -> Sequence[Entrant]:
        """Everybody in these rows with version, setting and abilities, or with what was missing."""
        asked = {name for row in rows for name in (*row.values, *row.left_out)}
        return [self._entrant(peer) for peer in self.peers.values() if peer.name in asked]

    def _entrant(self, peer: Peer) -> Entrant:
        known = {"name": peer.name, "title": peer.title, "setting": peer.setting}
        try:
            found = sorted(self.abilities(peer.name))
        except LeftOutError as reason:
            return Entrant(**known, missing=str(reason).splitlines()[0])
        return Entrant(**known, version=version(peer), abilities=[str(each) for each in found])
