"""Looks again at a finding before it is believed; what does not repeat is flaky."""

from collections.abc import Iterable

from contract_tests.capabilities import Capability
from contract_tests.checks.check import Passive
from contract_tests.collecting import Collected, finding
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange, Request
from contract_tests.findings import Breach, Certainty, Finding
from contract_tests.guard.judging import READS, is_absent, named_id
from contract_tests.session import RefusedError, Session, UnansweredError


def repeat_passive(
    collected: Collected, checks: Iterable[Passive], found: Iterable[Finding], session: Session
) -> None:
    """Send the request of each new finding again, where it was seen only once."""
    by_name = {check.name: check for check in checks}
    for each in found:
        check = by_name.get(each.check)
        if collected.findings[each.identity].occurrences > 1:
            collected.certain(each, Certainty.REPEATED)
        elif check is not None and (again := _again(session, each)) is not None:
            _compare(collected, each, _identities(session.contract, check, again), again)


def repeat_answer(collected: Collected, found: Iterable[Finding], session: Session) -> None:
    """Send the request of each of Schemathesis' findings again; the same status is a repetition."""
    for each in found:
        if collected.findings[each.identity].occurrences > 1:
            collected.certain(each, Certainty.REPEATED)
        elif (again := _again(session, each)) is not None and each.exchange is not None:
            same = {each.identity} if again.status == each.exchange.status else set()
            _compare(collected, each, same, again)


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
    collected: Collected, each: Finding, seen: set[tuple[str, str, str]], again: Exchange
) -> None:
    if each.identity in seen:
        collected.certain(each, Certainty.REPEATED)
    elif not _moves_on(collected, each):
        collected.certain(each, Certainty.FLAKY, f"the second time: {_shown(again)}")


def _moves_on(collected: Collected, each: Finding) -> bool:
    """Whether the request is about a job that may have changed since, or is gone."""
    request = each.exchange.request if each.exchange else Request("GET", "/")
    parts = [*request.path.split("/"), *request.query.replace("&", "=").split("=")]
    jobs = [part for part in parts if part.startswith(("video_", "task_", "sora", "veo"))]
    return any(not is_absent(job) for job in jobs) or request.path == "/v1/videos"


def _identities(
    contract: Contract, check: Passive, exchange: Exchange
) -> set[tuple[str, str, str]]:
    if bool(exchange.answer) == check.unanswered:
        return set()
    results = check.look(contract, exchange)
    return {finding(check, each).identity for each in results if isinstance(each, Breach)}


def _shown(exchange: Exchange) -> str:
    if exchange.answer is None:
        return exchange.trouble
    text = exchange.answer.body[:200].decode("utf-8", "replace")
    return f"{exchange.status} {text}".strip()


def names_job(contract: Contract, request: Request) -> bool:
    """Whether a request is about one job that exists."""
    named = named_id(contract, request)
    return bool(named) and not is_absent(named)
