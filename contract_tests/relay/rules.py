"""What a relay must not do, judged by the trace of a case and that of an ordinary one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from contract_tests.relay.caller import Answer, answers
from contract_tests.relay.play import WAITING, Setting, Trace

_COMPLETED = "completed"
_ERRORS = 400
# Less is the rounding of a relay's sums.
_CENT = 0.001


@dataclass(frozen=True, slots=True)
class Finding:
    """What a relay does wrong in a case: the rule's name, and what shows it."""

    rule: str
    case: str
    detail: str


Rule = Callable[[Trace, Trace, Setting], Iterator[str]]


def judge(ordinary: Trace, trace: Trace, setting: Setting) -> list[Finding]:
    """The findings of one case."""
    return [
        Finding(name, trace.case.name, detail)
        for name, rule in RULES.items()
        for detail in dict.fromkeys(rule(ordinary, trace, setting))
    ]


def resent_create(_ordinary: Trace, trace: Trace, _setting: Setting) -> Iterator[str]:
    """One create of a caller is at most one job upstream: a job costs money."""
    if trace.bill.jobs > 1:
        made = ", ".join(
            f"#{one.number} {one.job} (retry {one.retry})" for one in trace.requests if one.job
        )
        yield (
            f"one create of the caller made {trace.bill.jobs} jobs upstream, which cost "
            f"${trace.bill.accepted}: {made}"
        )


def false_success(_ordinary: Trace, trace: Trace, _setting: Setting) -> Iterator[str]:
    """What has failed upstream is not reported as a success."""
    if trace.create.ok and trace.job and not trace.bill.jobs:
        codes = ", ".join(str(one.status) for one in trace.requests if not one.job)
        yield f"the create was answered with {trace.create.status}, but upstream with {codes}"
    if trace.job is None and trace.last is not None and trace.last.ok:
        yield f"a job that does not exist was answered: {trace.last}"
    if any(job.status == "failed" for job in trace.jobs) and _COMPLETED in trace.statuses:
        yield f"the job has failed upstream, but was shown as {_COMPLETED}"
    downloads = [one for one in trace.requests if one.operation == "downloadVideoContent"]
    if downloads and trace.content is not None and trace.content.ok:
        if all(one.status >= _ERRORS or not one.status for one in downloads):
            yield f"the film was refused upstream with {downloads[-1].status}, but {trace.content}"
        elif all("truncated" in one.faults for one in downloads):
            yield (
                f"the film broke off upstream, but {trace.content} with "
                f"{len(trace.content.body)} bytes as if it were whole"
            )


def endless_status(_ordinary: Trace, trace: Trace, setting: Setting) -> Iterator[str]:
    """A job that has ended upstream ends for the caller, too."""
    has_ended = trace.jobs and all(job.status in ("completed", "failed") for job in trace.jobs)
    if has_ended and trace.last is not None and trace.last.ok and trace.statuses[-1] in WAITING:
        yield (
            f"the job is {trace.jobs[-1].status} upstream, but was still shown as "
            f"'{trace.statuses[-1]}' after {setting.patience_s:g} seconds"
        )


def kept_refund(ordinary: Trace, trace: Trace, _setting: Setting) -> Iterator[str]:
    """What upstream has refunded is not charged to the caller."""
    if trace.spent is None or not ordinary.spent or ordinary.spent < _CENT:
        return
    is_free = trace.bill.accepted_micros == trace.bill.refunded_micros
    if is_free and trace.spent >= _CENT:
        refunded = f"refunded ${trace.bill.refunded}" if trace.bill.jobs else "charged nothing"
        yield f"upstream has {refunded}, but the caller's key was charged {trace.spent:g}"


def leak(_ordinary: Trace, trace: Trace, setting: Setting) -> Iterator[str]:
    """Neither keys, addresses nor ids of the other side are shown, in headers or bodies."""
    upstream, caller = setting.upstream, setting.caller
    secrets = [
        ("upstream's API key", upstream.api_key),
        ("upstream's address", urlsplit(upstream.url).netloc),
    ]
    if trace.job is not None:
        secrets += [
            ("upstream's id of the job", job.id) for job in trace.jobs if job.id != trace.job
        ]
    for answer in answers(trace.create, trace.last, trace.content):
        for what, secret in secrets:
            if secret in answer.text:
                yield f"{what} is in {_place(answer, secret)} of the answer to the {answer.request}"
    if caller.api_key != upstream.api_key and upstream.with_key(caller.api_key).request_count:
        yield "the caller's API key was sent upstream"


def other_host(_ordinary: Trace, trace: Trace, _setting: Setting) -> Iterator[str]:
    """Nothing is asked of another host than the upstream."""
    for host in trace.hosts:
        yield f"a request left for {host}"


def _place(answer: Answer, secret: str) -> str:
    names = [name for name, value in answer.headers.items() if secret in value]
    return f"the header {names[0]}" if names else "the body"


RULES: dict[str, Rule] = {
    "create re-sent": resent_create,
    "failure reported as success": false_success,
    "status never ends": endless_status,
    "refund not passed on": kept_refund,
    "leak": leak,
    "request to another host": other_host,
}
