"""Kills workers while clients make and delete jobs, then looks for every job and its bill.

Run it from the project's folder: `python -m benchmarks.crash --help`. Redis is started by itself;
it needs `redis-server`.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Event
from time import perf_counter
from typing import Any

import click

import openapi
from benchmarks.clients import FAILING, MODEL, SECONDS, Caller, Client
from benchmarks.machines import Machine, machine
from benchmarks.redis_server import running_redis
from mock_server.domain.bill import MICROS
from openapi.catalogue.models import load_catalogue

_PAGE = 100
# What the first client may spend.
BUDGET_USD = 8


def _key(number: int) -> str:
    return f"sk-storm-{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """How long clients make jobs, how many they are, and how often a worker is killed."""

    seconds: float = 60
    every_s: float = 1
    clients: int = 8
    workers: int = 3
    speed: float = 4


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of it.

    ``lost``, ``doubled``, ``strayed``, ``misplaced`` and ``unbalanced`` should be nothing.

    ``unanswered`` jobs were made although their client heard nothing of it, which is no fault;
    ``strayed`` ones were not found when they were polled during the storm. ``unbalanced`` bills are
    not what their jobs cost, or over their budget.
    """

    store: str
    answered: int = 0
    kills: int = 0
    dropped: int = 0
    refused: int = 0
    unanswered: int = 0
    lost: int = 0
    doubled: int = 0
    strayed: int = 0
    misplaced: int = 0
    billed: int = 0
    removed: int = 0
    unbalanced: int = 0
    stages: dict[str, int] = field(default_factory=dict)
    p50_ms: float = 0
    p99_ms: float = 0

    @property
    def sound(self) -> bool:
        """Whether nothing is missing, twice there, or where it should not be."""
        faults = self.lost, self.doubled, self.strayed, self.misplaced, self.unbalanced
        return not any(faults)


def storm(store: str, it: Storm) -> Report:
    """Let the storm pass over a store, start anew, and look for everything."""
    report = Report(store=store.partition(":")[0])
    options = (
        *("--store", store, "--workers", str(it.workers), "--speed", str(it.speed)),
        *("--exact", "--budget", f"{_key(0)}={BUDGET_USD}"),
    )
    with machine(*options) as running:
        clients = _rage(running, it, report)
    times = [taken for client in clients for taken in client.times]
    cuts = quantiles(times, n=100)
    report.p50_ms, report.p99_ms = round(cuts[49] * 1e3, 2), round(cuts[98] * 1e3, 2)
    with machine(*options) as running:
        for client in clients:
            _look(running.url, client, report)
    return report


def _rage(running: Machine, it: Storm, report: Report) -> list[Client]:
    over = Event()
    clients = [Client(running.url, _key(number), over) for number in range(it.clients)]
    for client in clients:
        client.start()
    ends = perf_counter() + it.seconds
    pause = Event()
    while perf_counter() < ends:
        pause.wait(it.every_s)
        workers = running.workers
        if workers:
            running.kill(random.choice(workers))
            report.kills += 1
    over.set()
    for client in clients:
        client.join()
        report.answered += len(client.jobs)
        for name in ("dropped", "refused", "strayed"):
            setattr(report, name, getattr(report, name) + client.counted[name])
    return clients


def _look(url: str, client: Client, report: Report) -> None:
    """Compare the store with the responses of a client."""
    caller = Caller(url, client.key)
    caller.call("PUT", "/_mock/clock", '{"mode": "frozen"}')
    now_ms = caller.call("GET", "/_mock/clock")[1]["now_ms"]
    listed = list(_all(caller, f"/v1/videos?order=asc&limit={_PAGE}", "data"))
    kept = Counter(job["id"] for job in listed)
    report.lost += sum(job_id not in kept for job_id in client.jobs)
    report.doubled += sum(times > 1 for times in kept.values())
    report.unanswered += sum(job_id not in client.jobs for job_id in kept)
    known = {job["id"]: job for job in _all(caller, f"/_mock/jobs?limit={_PAGE}", "jobs")}
    stages, stages_at = Counter(report.stages), _job_plan()
    for job in listed:
        stages[job["status"]] += 1
        fails = known[job["id"]]["scenario"] == FAILING
        age_ms = now_ms - job["created_at"] * 1000
        report.misplaced += job["status"] not in stages_at(age_ms, fails)
    report.stages = dict(stages)
    bill = caller.call("GET", "/_mock/bill")[1]
    report.billed += bill["jobs"]
    report.removed += bill["jobs"] - len(listed)
    report.unbalanced += not _balances(bill, list(known.values()), client)
    caller.close()


def _balances(bill: dict[str, Any], jobs: list[dict[str, Any]], client: Client) -> bool:
    """Whether a bill is the sum of the jobs that are there and of those that were deleted."""
    model = load_catalogue(openapi.MODELS).models[MODEL]
    price = model.price.micros(model.default_size or "", SECONDS) or 0
    states = Counter(job["status"] for job in jobs)
    waiting, removed = states["queued"] + states["running"], bill["jobs"] - len(jobs)
    refunded = bill["refunded_micros"] - states["failed"] * price
    spent = bill["reserved_micros"] + bill["charged_micros"]
    return (
        bill["accepted_micros"] == bill["jobs"] * price
        and bill["reserved_micros"] == waiting * price
        # A deleted job was charged, or had failed.
        and 0 <= refunded <= removed * price
        and refunded % price == 0
        and client.deleted <= removed <= client.deleted + client.unsure
        and (client.key != _key(0) or spent <= BUDGET_USD * MICROS)
    )


def _all(caller: Caller, path: str, field: str) -> Iterator[dict[str, Any]]:
    """Every entry of a list that comes in pages, at a path with a query."""
    after = ""
    while True:
        _, page = caller.call("GET", f"{path}{after}")
        yield from page[field]
        if not page["has_more"]:
            return
        after = f"&after={page[field][-1]['id']}"


def _job_plan() -> Callable[[int, bool], set[str]]:
    """What a job of an age can be; the age is known to the second, and it can be at either end."""
    model = load_catalogue(openapi.MODELS).models[MODEL]
    waits, runs = model.queued_ms, model.per_second_ms * SECONDS

    def stage(age_ms: int, fails: bool) -> str:
        if age_ms < waits:
            return "queued"
        if age_ms < waits + runs * (0.6 if fails else 1):
            return "in_progress"
        return "failed" if fails else "completed"

    return lambda age_ms, fails: {stage(age_ms - 999, fails), stage(age_ms, fails)}


@contextmanager
def opened(store: str) -> Iterator[str]:
    """The address of an empty store of a kind."""
    if store == "redis":
        with running_redis() as server:
            yield server.address
    else:
        with TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'jobs.db'}"


@click.command(context_settings={"show_default": True})
@click.option("--store", "stores", multiple=True, default=("sqlite", "redis"))
@click.option("--seconds", default=60.0, type=click.FloatRange(1, 3600), help="Of load.")
@click.option("--every", "every_s", default=1.0, help="Seconds from one kill to the next.")
@click.option("--clients", default=8, type=click.IntRange(1, 256))
@click.option("--workers", default=3, type=click.IntRange(2, 64))
@click.option("--speed", default=4.0, help="Of the clocks.")
def main(stores: tuple[str, ...], **options: Any) -> None:
    """Kill workers under load and count what became of the jobs that were answered."""
    sound = True
    for store in stores:
        with suppress(KeyboardInterrupt), opened(store) as address:
            report = storm(address, Storm(**options))
            click.echo(json.dumps(asdict(report)))
            sound = sound and report.sound
    raise SystemExit(0 if sound else 1)


if __name__ == "__main__":
    main()
