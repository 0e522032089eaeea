"""Looks again at a finding before it is believed; what does not repeat is flaky."""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from contract_tests.checks.check import Passive
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Certainty, Finding
from contract_tests.guard.judging import READS, is_absent, named_id
from contract_tests.runner.capabilities import Capability
from contract_tests.runner.collected import Findings, seen_by
from contract_tests.wire.exchange import Exchange
from contract_tests.wire.session import RefusedError, Session, UnansweredError

# Query parameters that name a job, and operations whose answers depend on all there are.
_JOBS = ("id", "after")
_OF_ALL = ("listVideos", "createVideo")


def repeat_passive(
    findings: Findings, checks: Iterable[Passive], found: Iterable[Finding], session: Session
) -> None:
    """Send the request of each new finding again, where it was seen only once."""
    by_name = {check.name: check for check in checks}
    for each in found:
        check = by_name.get(each.check)
        if findings.findings[each.identity].occurrences > 1:
            findings.certain(each, Certainty.REPEATED)
        elif check is not None and (again := _again(session, each)) is not None:
            same = _identities(session.contract, check, again)
            _compare(findings, each, same, _told(session.contract, each, again))


def repeat_answer(findings: Findings, found: Iterable[Finding], session: Session) -> None:
    """Send the request of each of Schemathesis' findings again; the same status is a repetition."""
    for each in found:
        if findings.findings[each.identity].occurrences > 1:
            findings.certain(each, Certainty.REPEATED)
        elif (again := _again(session, each)) is not None and each.exchange is not None:
            same = {each.identity} if again.status == each.exchange.status else set()
            _compare(findings, each, same, _told(session.contract, each, again))


def _again(session: Session, found: Finding) -> Exchange | None:
    """A second exchange; None where a repetition could cost, or says nothing."""
    exchange = found.exchange
    if exchange is None or not _is_repeatable(session, exchange):
        return None
    try:
        return session.send(exchange.request)
    except RefusedError:
        return None
    except UnansweredError as error:
        return error.exchange


def _is_repeatable(session: Session, exchange: Exchange) -> bool:
    made = exchange.request.method not in READS and 200 <= exchange.status < 300
    return Capability.FREE in session.capabilities or not made


def _compare(
    findings: Findings, each: Finding, seen: set[tuple[str, str, str]], other: str
) -> None:
    if each.identity in seen:
        findings.certain(each, Certainty.REPEATED)
    elif other:
        findings.certain(each, Certainty.FLAKY, f"the second time: {other}")


def _told(contract: TargetContract, each: Finding, again: Exchange) -> str:
    """The other answer; empty where the request is about jobs that may have changed since."""
    request = each.exchange.request if each.exchange else again.request
    asked = dict(parse_qsl(request.query, keep_blank_values=True))
    jobs = [named_id(contract, request), *(asked.get(name, "") for name in _JOBS)]
    about_all = any(contract.has(name) and contract.operation(name).path == request.path
                    for name in _OF_ALL)  # fmt: skip
    moved_on = about_all or any(job and not is_absent(job) for job in jobs)
    return "" if moved_on else _shown(again)


def _identities(
    contract: TargetContract, check: Passive, exchange: Exchange
) -> set[tuple[str, str, str]]:
    return {each.identity for each in seen_by(check, contract, exchange)}


def _shown(exchange: Exchange) -> str:
    if exchange.answer is None:
        return exchange.trouble
    text = exchange.answer.body[:200].decode("utf-8", "replace")
    return f"{exchange.status} {text}".strip()
