"""Resident memory: idle, and how much more it is after very many creates."""

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.bench import Bench, LeftOutError
from benchmarks.requests import ORDER, Pressure, order_as_json
from benchmarks.results.figures import Figures
from benchmarks.rows.row import Heading
from benchmarks.servers import Server, running
from benchmarks.wrk import load_with_wrk

_ROUND_S = 3
_SHORTEST_S = 1


class Memory:
    """A server of its own for each, measured once: memory does not depend on who else is busy."""

    headings: Sequence[Heading] = (
        Heading(name="memory-idle", title="resident memory, idle", unit="MB"),
        Heading(name="memory-jobs", title="memory for {jobs:,} jobs, beyond idle", unit="MB"),
    )

    def measure(self, bench: Bench) -> Sequence[Figures]:
        """Megabytes."""
        resting, full = self.headings
        full = replace(full, title=full.title.format(jobs=bench.plan.jobs))
        idle, more = resting.turns(bench), full.turns(bench)
        grown: dict[str, float] = {}
        idle.each(lambda name: self._once(bench, name, grown))
        more.each(lambda name: _growth(bench, name, grown))
        lacks = {name: _forgotten(bench, name) for name in more.values}
        return resting.figures(idle), full.figures(more, lacks)

    def _once(self, bench: Bench, name: str, grown: dict[str, float]) -> float:
        peer = bench.peer(name)
        bench.report(f"memory: {peer.title}")
        with running(peer) as server:
            idle = server.memory_mb
            if peer.keeps:
                fill(server, bench.plan.jobs, bench.plan.pressure.connections)
                grown[name] = server.memory_mb - idle
        return idle


def _forgotten(bench: Bench, name: str) -> list[str]:
    forgets = bench.peer(name).forgets
    return [forgets] if forgets else []


def _growth(bench: Bench, name: str, grown: dict[str, float]) -> float:
    if name not in grown:
        raise LeftOutError("keeps nothing" if not bench.peer(name).keeps else "was not filled")
    return grown[name]


def fill(server: Server, jobs: int, connections: int) -> None:
    """Make at least so many jobs.

    Raises:
        LoadError: an answer was no success.
    """
    made, seconds = 0, float(_SHORTEST_S)
    while made < jobs:
        found = load_with_wrk(server.url, order_as_json(ORDER), Pressure(seconds, connections))
        made += found.answers
        # Whole seconds, and the last of them no longer than it takes: few jobs beyond the number.
        seconds = min(_ROUND_S, max(_SHORTEST_S, (jobs - made) // found.rate))
