"""Plays one case: the upstream misbehaves, the caller orders one film and waits for its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic, sleep

from contract_tests.relay.caller import Answer, Caller
from contract_tests.relay.egress import Egress
from contract_tests.relay.spending import Spending
from video_gateway_mock.drill import Case
from video_gateway_mock.handle import Gateway, JobRecord, Request
from video_gateway_mock.records import Bill

# Statuses that say that a job goes on; any other is its end.
WAITING = frozenset(
    {"queued", "in_progress", "pending", "processing", "running", "submitted", "unknown"}
)
_UNKNOWN = "video_68d7512d07848190b3e45da0ecbebcde004da08e1e0678d5"
# Errors that stay; after others a caller polls again.
_FINAL = frozenset({400, 401, 403, 404, 410})
_PAUSE_S = 0.2
_SECOND_MS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The parties of a drill: the fake as the relay's key sees it, the caller, what else is seen.

    ``patience_s`` is how long a relay may take to show what its upstream shows already.
    """

    upstream: Gateway
    caller: Caller
    patience_s: float = 10.0
    egress: Egress | None = None
    spending: Spending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What both sides saw of one case: the caller's answers, the upstream's journal and bill.

    ``statuses`` are those that the relay showed, without repetitions; ``last`` is its last answer
    to a poll. ``spent`` is what the relay says that the film has cost, and ``hosts`` what it asked
    for elsewhere.
    """

    case: Case
    create: Answer
    statuses: Sequence[str] = ()
    last: Answer | None = None
    content: Answer | None = None
    jobs: Sequence[JobRecord]
    requests: Sequence[Request]
    bill: Bill
    spent: float | None = None
    hosts: Sequence[str] = ()

    @property
    def job(self) -> str | None:
        """The id that the caller has."""
        found = self.create.json.get("id") if self.create.ok else None
        return found if isinstance(found, str) else None


def play(case: Case, setting: Setting) -> Trace:
    """The trace of one case."""
    upstream, caller = setting.upstream, setting.caller
    upstream.reset()
    strangers = upstream.with_key(caller.api_key)
    if strangers != upstream:
        strangers.forget()
    upstream.clock.freeze()
    case.begin(upstream)
    hosts_before = len(setting.egress.hosts) if setting.egress else 0
    spent_before = _spent(setting)
    create = caller.create(f"A drill of {case.name}")
    _move_to_the_end(upstream)
    job = create.json.get("id") if create.ok else None
    last: Answer | None = None
    statuses: list[str] = []
    content: Answer | None = None
    if isinstance(job, str):
        last, statuses = _wait(job, setting)
        content = caller.content(job)
    return Trace(
        case=case,
        create=create,
        statuses=statuses,
        last=last,
        content=content,
        jobs=upstream.jobs,
        requests=upstream.requests,
        bill=upstream.bill,
        spent=_difference(spent_before, _settled(setting)),
        hosts=setting.egress.hosts[hosts_before:] if setting.egress else (),
    )


def play_unknown(case: Case, setting: Setting) -> Trace:
    """The trace of a poll for a job that does not exist."""
    upstream = setting.upstream
    upstream.reset()
    hosts_before = len(setting.egress.hosts) if setting.egress else 0
    answer = setting.caller.retrieve(_UNKNOWN)
    return Trace(
        case=case,
        create=Answer("no create"),
        last=answer,
        jobs=(),
        requests=upstream.requests,
        bill=upstream.bill,
        hosts=setting.egress.hosts[hosts_before:] if setting.egress else (),
    )


def _move_to_the_end(upstream: Gateway) -> None:
    """Let all jobs end that ever will; their films are kept from then on."""
    ends = [job.ends_ms for job in upstream.jobs if job.ends_ms is not None]
    if ends and max(ends) > upstream.clock.now():
        upstream.clock.move_to(max(ends) + _SECOND_MS)


def _wait(job: str, setting: Setting) -> tuple[Answer, list[str]]:
    """Poll until the relay shows an end or an error, or patience is over."""
    statuses: list[str] = []

    def ask() -> Answer:
        answer = setting.caller.retrieve(job)
        status = str(answer.json.get("status")) if answer.ok else str(answer.status)
        if statuses[-1:] != [status]:
            statuses.append(status)
        return answer

    answer = _patiently(ask, lambda answer: not _goes_on(answer), setting.patience_s)
    return answer, statuses


def _goes_on(answer: Answer) -> bool:
    """Whether a caller has to poll again: the job waits, or the poll itself failed for now."""
    if answer.ok:
        return str(answer.json.get("status")) in WAITING
    return answer.status not in _FINAL


def _patiently(
    ask: Callable[[], Answer], is_over: Callable[[Answer], bool], patience_s: float
) -> Answer:
    """Ask again until it is over, or time is up; the last answer."""
    end = monotonic() + patience_s
    while True:
        answer = ask()
        if is_over(answer) or monotonic() > end:
            return answer
        sleep(_PAUSE_S)


def _spent(setting: Setting) -> float | None:
    return setting.caller.spent(setting.spending) if setting.spending else None


def _settled(setting: Setting) -> float | None:
    """What was spent, once it is the same twice; relays settle after they have answered."""
    if setting.spending is None:
        return None
    seen, end = _spent(setting), monotonic() + setting.patience_s
    while monotonic() < end:
        sleep(_PAUSE_S)
        before, seen = seen, _spent(setting)
        if before == seen:
            break
    return seen


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
