"""The first download of a video, on one core, and what others notice of it."""

from collections.abc import Callable, Sequence
from statistics import median, quantiles
from threading import Event, Thread
from time import perf_counter

import psutil

from benchmarks.abilities import job_of
from benchmarks.bench import Bench, LeftOutError, Turns
from benchmarks.requests import ORDER, Line, LoadError, control, download, line, order_as_json, poll
from benchmarks.results.figures import Figures
from benchmarks.rows.row import Heading
from benchmarks.servers import Server, running

_ORDER = {**ORDER, "size": "1280x720"}
_FINISHED_S = 600
_RENDERS = 4
_QUIET_S = 1
_PAUSE_S = 0.004
_CORE = 0


class Poller(Thread):
    """Asks about a job again and again, with pauses, and remembers how long the answers took."""

    def __init__(self, server: Server, job: str) -> None:
        """Ask ``server`` about ``job``."""
        super().__init__(daemon=True)
        self._server, self._call, self._over = server, poll(job), Event()
        self._took_ms: list[float] = []

    def run(self) -> None:
        """Ask until `p99_ms` is."""
        with line(self._server.url) as one:
            while not self._over.wait(_PAUSE_S):
                began = perf_counter()
                one.demand(self._call)
                self._took_ms.append((perf_counter() - began) * 1e3)

    def p99_ms(self) -> float:
        """End, and return the 99th percentile of the response times.

        Raises:
            LoadError: there were too few responses.
        """
        self._over.set()
        self.join()
        if len(self._took_ms) < 2:  # noqa: PLR2004
            raise LoadError("nobody was answered while a video was rendered")
        return quantiles(self._took_ms, n=100)[98]


class Render:
    """A server on one core, anew in each round."""

    headings: Sequence[Heading] = tuple(
        Heading(name=name, title=title, unit="ms", against=())
        for name, title in (
            ("first-render", "first render of 1280x720, 12 s, one core"),
            ("first-render-cold", "the same, the server's very first"),
            ("first-render-others", "p99 of others' polls meanwhile, beyond that without"),
        )
    )

    def measure(self, bench: Bench) -> Sequence[Figures]:
        """Milliseconds."""
        turns = [heading.turns(bench) for heading in self.headings]
        for number in range(bench.plan.rounds):
            bench.report(f"first render, round {number + 1}")
            self._round(bench, turns)
        return [heading.figures(each) for heading, each in zip(self.headings, turns, strict=True)]

    def _round(self, bench: Bench, turns: Sequence[Turns]) -> None:
        found: list[float] = []

        def once(name: str) -> float:
            found.extend(_measured(bench, name))
            return found.pop(0)

        turns[0].each(once)
        for each in turns[1:]:
            each.each(lambda _: _next(found))


def _next(found: list[float]) -> float:
    if not found:
        raise LeftOutError("as above")
    return found.pop(0)


def _measured(bench: Bench, name: str) -> tuple[float, float, float]:
    """A usual first render, the server's very first, and what others waited longer meanwhile."""
    with running(bench.peer(name)) as server, line(server.url) as one:
        _pin(server)
        cold = _download_ms(one)
        job = job_of(one.demand(order_as_json(_ORDER)))
        quiet = _p99_while(server, job, lambda: Event().wait(_QUIET_S))
        took: list[float] = []
        busy = _p99_while(server, job, lambda: took.extend(_renders(one)))
    return median(took), cold, busy - quiet


def _pin(server: Server) -> None:
    if not hasattr(server.process, "cpu_affinity"):
        raise LeftOutError("needs a system that can hold a process to one core")
    server.process.cpu_affinity([_CORE])
    for thread in server.process.threads():
        psutil.Process(thread.id).cpu_affinity([_CORE])


def _renders(one: Line) -> list[float]:
    return [_download_ms(one) for _ in range(_RENDERS)]


def _download_ms(one: Line) -> float:
    """Make a job, end it, and take the time of its first download."""
    job = job_of(one.demand(order_as_json(_ORDER)))
    one.demand(control("POST", "clock/advance", seconds=_FINISHED_S))
    began = perf_counter()
    one.demand(download(job))
    return (perf_counter() - began) * 1e3


def _p99_while(server: Server, job: str, work: Callable[[], object]) -> float:
    poller = Poller(server, job)
    poller.start()
    try:
        work()
    finally:
        p99 = poller.p99_ms()
    return p99
