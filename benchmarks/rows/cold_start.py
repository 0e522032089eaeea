"""How long a server takes from its start to its first answer."""

from collections.abc import Sequence

from benchmarks.bench import Bench
from benchmarks.results.figures import Figures
from benchmarks.rows.row import Heading
from benchmarks.servers import running


class ColdStart:
    """Everybody is started anew in each round, and asked for a video until it answers."""

    headings: Sequence[Heading] = (
        Heading(name="cold-start", title="cold start to the first answer", unit="s"),
    )

    def measure(self, bench: Bench) -> Sequence[Figures]:
        """Seconds, in turns."""
        (heading,) = self.headings
        turns = heading.turns(bench)
        turns.take(bench.plan.rounds, lambda name, number: self._once(bench, name, number))
        return (heading.figures(turns),)

    def _once(self, bench: Bench, name: str, number: int) -> float:
        peer = bench.peer(name)
        bench.tell(f"cold start: {peer.title}, round {number}")
        with running(peer) as server:
            return server.started_s
