"""Repeats the requests of findings: what does not happen again is flaky."""

from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl

from contract_tests.checks.check import Passive
from contract_tests.findings.finding import Breach, Certainty, Finding
from contract_tests.guard.classification import READS, is_absent, named_id
from contract_tests.runner.findings import Findings, finding_of
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import Exchange
from contract_tests.wire.session import RefusedError, Session, UnansweredError

# Query parameters with a job's id, and operations with responses that depend on all jobs.
_JOB_PARAMETERS = ("id", "after")
_ABOUT_ALL_JOBS = ("listVideos", "createVideo")
IsSame = Callable[[Finding, Exchange], bool]


def confirm_breaches(
    findings: Findings, checks: Iterable[Passive], found: Iterable[Finding], session: Session
) -> None:
    """Confirm findings of passive checks: the check must find the same in the second exchange."""
    by_name = {check.name: check for check in checks}

    def is_same(each: Finding, again: Exchange) -> bool:
        check = by_name[each.check]
        results = check.run(session.contract, again) if check.examines(again) else ()
        breaches = (result for result in results if isinstance(result, Breach))
        return each.identity in {finding_of(check, breach).identity for breach in breaches}

    _confirm(findings, found, session, is_same)


def confirm_statuses(findings: Findings, found: Iterable[Finding], session: Session) -> None:
    """Confirm findings of Schemathesis: the second response must have the same status."""

    def is_same(each: Finding, again: Exchange) -> bool:
        return each.exchange is not None and again.status == each.exchange.status

    _confirm(findings, found, session, is_same)


def _confirm(
    findings: Findings, found: Iterable[Finding], session: Session, is_same: IsSame
) -> None:
    for each in found:
        if findings.by_identity[each.identity].occurrences > 1:
            findings.mark(each, Certainty.REPEATED)
        elif (again := _send_again(session, each)) is not None:
            if is_same(each, again):
                findings.mark(each, Certainty.REPEATED)
            elif not _depends_on_jobs(session, again) and (other := _summary(again)):
                findings.mark(each, Certainty.FLAKY, f"the second time: {other}")


def _send_again(session: Session, found: Finding) -> Exchange | None:
    """A second exchange; None where repeating the request could cost money."""
    exchange = found.exchange
    if exchange is None:
        return None
    has_created = exchange.request.method not in READS and 200 <= exchange.status < 300
    if has_created and Capability.FREE not in session.capabilities:
        return None
    try:
        return session.send(exchange.request)
    except RefusedError:
        return None
    except UnansweredError as error:
        return error.exchange


def _depends_on_jobs(session: Session, exchange: Exchange) -> bool:
    """Whether a request is about jobs, which may have changed since it was first sent."""
    request, contract = exchange.request, session.contract
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    jobs = [named_id(contract, request), *(query.get(name, "") for name in _JOB_PARAMETERS)]
    paths = [contract.operation(name).path for name in _ABOUT_ALL_JOBS if contract.has(name)]
    return request.path in paths or any(job and not is_absent(job) for job in jobs)


def _summary(exchange: Exchange) -> str:
    if exchange.reply_or_none is None:
        return exchange.trouble
    text = exchange.reply_or_none.body[:200].decode("utf-8", "replace")
    return f"{exchange.status} {text}".strip()
