"""Distinguishes a target that cannot work at present from one that breaks the contract."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from contract_tests.checks.check import Check
from contract_tests.findings.finding import Breach, Skipped
from contract_tests.guard.forwarding import NO_CONNECTION
from contract_tests.guard.guard import FUZZER
from contract_tests.lifecycle.trace import Life, Moment
from contract_tests.runner.context import RunContext
from contract_tests.runner.options import SCHEMATHESIS
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.session import RefusedError, Session, UnansweredError
from openapi.documents.text import visible

_QUOTA_WORDS = ("quota", "balance", "insufficient", "额度", "余额")
# Statuses that mean an exhausted quota if the body has one of these words.
_QUOTA_STATUSES = (402, 403, 429)
# These mean it with any status, in any envelope; with 200 only in what is no list and no job.
_NO_QUOTA = re.compile(
    "insufficient_(?:user_)?quota|insufficient_balance|quota_(?:exceeded|exhausted)"
    "|exceeded your current quota|额度不足|余额不足"
)
_READ_BYTES = 4096
_BAD_REQUEST = 400
# After so many outages in succession reads decide whether the target is unavailable.
_OUTAGES = 5


class UnavailableError(Exception):
    """The target cannot be tested at present; the message says why."""


class KeyRefusedError(Exception):
    """The target refuses the API key that the user gave."""


def require_target(context: RunContext) -> None:
    """Stage: make sure that the target responds and takes the key, by reads that cost nothing.

    Raises:
        UnavailableError: there is no connection, no response, or nothing but server errors.
        KeyRefusedError: every response is 401.
    """
    context.progress.begin("Looking whether the target is there")
    exchanges = _read(context.connection.session)
    if not exchanges:
        return
    if is_outage(exchanges):
        raise UnavailableError(_why_outage(exchanges))
    if all(each.status == 401 for each in exchanges):
        raise KeyRefusedError(_shown(exchanges[-1]))


def _why_outage(exchanges: Sequence[Exchange]) -> str:
    why = next(filter(None, map(why_out_of_service, reversed(exchanges))), "")
    if why:
        return f"every answer says so: {why}"
    last = exchanges[-1]
    if any(each.reply_or_none for each in exchanges):
        return f"every answer is a server error; the last: {_shown(last)}"
    return last.trouble


def _read(session: Session) -> list[Exchange]:
    exchanges: list[Exchange] = []
    for request in _reads(session):
        try:
            exchanges.append(session.send(request))
        except RefusedError:
            break
        except UnansweredError as error:
            exchanges.append(error.exchange)
            if len(exchanges) > 1 and not any(each.reply_or_none for each in exchanges):
                break
    return exchanges


def _reads(session: Session) -> Iterator[Request]:
    """Reads that cost nothing: first those that need nothing, then one of an unknown object."""
    reads = [each for each in session.contract.operations if each.method == "GET"]
    for operation in reads:
        needs_nothing = not any(each.get("required") for each in operation.parameters)
        if "{" not in operation.path and needs_nothing:
            yield Request("GET", operation.path)
    of_one = next((each for each in reads if each.parameters), None)
    if session.contract.has("retrieveVideo"):
        of_one = session.contract.operation("retrieveVideo")
    if of_one is not None:
        yield Request("GET", of_one.filled(session.absent_id()))


def require_service(context: RunContext) -> None:
    """Make sure that a target which worked at first still does.

    What was received since it stopped is left out of the findings.

    Raises:
        UnavailableError: it has stopped working.
    """
    if not (why := why_stopped(context)):
        return
    exchanges = context.connection.guard.exchanges
    outage = list(takewhile(lambda each: is_outage([each]), reversed(exchanges)))[::-1]
    context.findings.leave_out(outage, why)
    names = {check.name: check.name for check in context.checks(Check)} | {FUZZER: SCHEMATHESIS}
    for each in outage:
        if each.sender in names:
            context.findings.skip(names[each.sender], each.operation, why)
    raise UnavailableError(why)


def why_stopped(context: RunContext) -> str:
    """Why a target has stopped working; empty while it works.

    Missing responses and server errors may come of what was sent, so reads must confirm them.
    """
    exchanges = context.connection.guard.exchanges
    latest = exchanges[-_OUTAGES:]
    if len(latest) < _OUTAGES or not is_outage(latest) or context.halt.why:
        return ""
    reads = _read(context.connection.session.named("availability"))
    return f"it stopped working: {_why_outage(reads)}" if is_outage(reads) else ""


def without_outages(results: Iterable[Breach | Skipped]) -> Iterator[Breach | Skipped]:
    """The results of a check; breaches by a target out of service become ``Skipped``."""
    for result in results:
        exchange = result.exchange if isinstance(result, Breach) else None
        why = why_out_of_service(exchange) if exchange else ""
        yield Skipped(result.operation, why) if why else result


def why_out_of_service(exchange: Exchange) -> str:
    """Why an exchange says nothing about the contract (throttled, no quota); else empty."""
    if exchange.reply_or_none is None:
        return exchange.trouble if exchange.trouble.startswith(NO_CONNECTION) else ""
    text = exchange.reply.body[:_READ_BYTES].decode("utf-8", "replace").lower()
    is_quota = exchange.status in _QUOTA_STATUSES and any(word in text for word in _QUOTA_WORDS)
    if is_quota or (_NO_QUOTA.search(text) and _is_error(exchange)):
        return f"no quota: {_shown(exchange)}"
    return f"throttled: {_shown(exchange)}" if exchange.status == 429 else ""


def _is_error(exchange: Exchange) -> bool:
    """Whether a response is an error, if only by its body."""
    if exchange.status >= _BAD_REQUEST:
        return True
    body = exchange.reply.object
    return bool(body) and not body.get("id") and not isinstance(body.get("data"), list)


def gaps(exchanges: Iterable[Exchange]) -> Iterator[Skipped]:
    """What was not looked at, since the target was out of service when it was asked."""
    for each in exchanges:
        if why := why_out_of_service(each):
            yield Skipped(each.operation, why)


def is_outage(exchanges: Sequence[Exchange]) -> bool:
    """Whether every exchange is a server error, has no response, or says "out of service"."""
    return bool(exchanges) and all(
        not each.reply_or_none or each.status >= 500 or why_out_of_service(each)
        for each in exchanges
    )


def why_no_job(life: Life) -> str:
    """Why the target created no job although it should have (no quota, retired model); or empty."""
    creates = [each for trace in life.traces for each in trace.at(Moment.CREATE)]
    reasons = [_why_not_created(each) for each in creates]
    return reasons[0] if reasons and all(reasons) else ""


def _why_not_created(create: Exchange) -> str:
    body = create.reply.object
    error = body.get("error")
    code = str(error.get("code") or "") if isinstance(error, dict) else ""
    if why := why_out_of_service(create):
        return why
    is_about_model = "retired" in f"{code} {body}".lower() or "model" in code
    if create.status in (404, 410) and is_about_model:
        return f"the model is gone: {_shown(create)}"
    return f"out of service: {_shown(create)}" if create.status in (502, 503, 504) else ""


def _shown(exchange: Exchange) -> str:
    if exchange.reply_or_none is None:
        return exchange.trouble
    text = exchange.reply_or_none.body[:200].decode("utf-8", "replace")
    return visible(f"{exchange.status} {text}".strip())
