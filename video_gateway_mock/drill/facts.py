"""What one run of a client did, as far as the gateway knows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from video_gateway_mock.handle.gateway import Gateway
from video_gateway_mock.records import Bill, JobRecord, Request

PASSED, FAILED, HUNG, SKIPPED = "passed", "failed", "hung", "skipped"
# Operations, and the roles of those of described jobs.
_CREATES = frozenset({"createVideo", "createUnifiedVideo", "remixVideo", "editVideo",
                      "extendVideo", "create"})  # fmt: skip
_DOWNLOADS = frozenset({"downloadVideoContent", "media", "result"})
_READS = frozenset({"retrieveVideo", "queryUnifiedVideo", "listVideos", "read"})
# Faults that leave a response whole.
_HARMLESS = frozenset({"latency", "slow_drip", "rate_limit", "quota", "stale_read"})
_OK, _PARTIAL = 200, 206
_REFUNDED = "refunded"
# A window for duplicates that covers every run: a year.
_EVER_S = 365 * 86_400
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One run. ``outcome`` is passed, failed, hung or skipped, and ``reason`` says more.

    ``jobs`` are the jobs that were made. ``paid_again`` has a line for each job that repeats
    another one that was not refunded either. ``films`` counts intact answers with a film,
    ``cut`` those that broke off, ``refused`` the creates that made no job. ``completed`` and
    ``failed`` count the jobs whose end the client was shown. ``halves`` are files with half a film.
    """

    outcome: str
    reason: str = ""
    requests: int = 0
    jobs: int = 0
    paid_again: tuple[str, ...] = ()
    films: int = 0
    cut: int = 0
    refused: int = 0
    completed: int = 0
    failed: int = 0
    halves: tuple[str, ...] = ()


def observed(
    gateway: Gateway, outcome: str, reason: str = "", *, halves: Iterable[str] = ()
) -> Facts:
    """The facts of a run that has ended, and left ``halves`` of films."""
    requests, jobs = gateway.requests, gateway.jobs
    downloads = [one for one in requests if _does(one) in _DOWNLOADS and _is_film(one)]
    ended = [job for job in jobs if _shown(job, requests)]
    return Facts(
        outcome=outcome,
        reason=reason[:_LONGEST_REASON],
        requests=len(requests),
        jobs=len(jobs),
        paid_again=tuple(_paid_again(gateway.bill_within(_EVER_S))),
        films=sum(_HARMLESS.issuperset(one.faults) for one in downloads),
        cut=sum("truncated" in one.faults for one in downloads),
        refused=sum(_does(one) in _CREATES and one.job is None for one in requests),
        completed=sum(job.status == "completed" for job in ended),
        failed=sum(job.status == "failed" for job in ended),
        halves=tuple(halves),
    )


def facts_of(data: dict[str, Any]) -> Facts:
    """Facts from their fields, after a way through JSON."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }
    return Facts(**fields)


def _does(one: Request) -> str | None:
    """What a request does: the role of its operation, or the operation."""
    return one.role or one.operation


def _is_film(one: Request) -> bool:
    picture = "variant=" in one.query and "variant=video" not in one.query
    return one.method == "GET" and one.status in (_OK, _PARTIAL) and not picture


def _shown(job: JobRecord, requests: Iterable[Request]) -> bool:
    """Whether the client was shown the end of a job."""
    return job.ends_ms is not None and any(
        one.at_ms >= job.ends_ms
        and _does(one) in _READS
        and one.status == _OK
        and _HARMLESS.issuperset(one.faults)
        and "stale_read" not in one.faults
        and (one.operation == "listVideos" or job.id in unquote(f"{one.path}?{one.query}"))
        for one in requests
    )


def _paid_again(bill: Bill) -> Iterator[str]:
    """A line for each job that repeats an earlier one, if neither was refunded."""
    states = {entry.job: entry for entry in bill.entries}
    for again in bill.duplicates:
        entry, first = states.get(again.job), states.get(again.first_job)
        if _REFUNDED in (entry and entry.state, first and first.state):
            continue
        price = f" for ${entry.price}" if entry and entry.price else ""
        yield (
            f"job {again.job}{price} is the same as job {again.first_job}, "
            f"{again.after_ms / 1000:g} s before it (requests {again.first_request_id} and "
            f"{again.request_id}, retry {again.retry})"
        )
