"""Distinguishes a target that cannot work at present from one that breaks the contract."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.findings.finding import Breach, Skipped
from contract_tests.guard.forwarding import NO_CONNECTION
from contract_tests.lifecycle.trace import Life, Moment
from contract_tests.runner.context import RunContext
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.session import Session, UnansweredError
from openapi.documents.text import visible

_QUOTA_WORDS = ("quota", "balance", "insufficient", "额度", "余额")
# Statuses that mean an exhausted quota if the body says so.
_QUOTA_STATUSES = (402, 403, 429)
_READ_BYTES = 4096
# After so many outages in succession the target counts as unavailable.
_OUTAGES = 10


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
    if not any(each.reply_or_none for each in exchanges):
        raise UnavailableError(exchanges[-1].trouble)
    if all(each.status >= 500 or not each.reply_or_none for each in exchanges):
        raise UnavailableError(f"every answer is a server error; the last: {_shown(exchanges[-1])}")
    if all(each.status == 401 for each in exchanges):
        raise KeyRefusedError(_shown(exchanges[-1]))
    if is_outage(exchanges):
        why = next(filter(None, map(why_out_of_service, reversed(exchanges))), "")
        raise UnavailableError(f"every answer says so: {why}")


def _read(session: Session) -> list[Exchange]:
    exchanges: list[Exchange] = []
    for request in _reads(session):
        try:
            exchanges.append(session.send(request))
        except UnansweredError as error:
            exchanges.append(error.exchange)
            if len(exchanges) > 1 and not any(each.reply_or_none for each in exchanges):
                break
    return exchanges


def _reads(session: Session) -> Iterator[Request]:
    for operation in session.contract.operations:
        needs_nothing = not any(each.get("required") for each in operation.parameters)
        if operation.method == "GET" and "{" not in operation.path and needs_nothing:
            yield Request("GET", operation.path)
    if session.contract.has("retrieveVideo"):
        path = session.contract.operation("retrieveVideo").fill(video_id=session.absent_id())
        yield Request("GET", path)


def require_service(exchanges: Sequence[Exchange]) -> None:
    """Make sure that a target which worked at first still does.

    Raises:
        UnavailableError: the latest responses all say that it is throttled or has no quota.
    """
    latest = exchanges[-_OUTAGES:]
    if len(latest) == _OUTAGES and all(map(why_out_of_service, latest)):
        why = why_out_of_service(latest[-1])
        raise UnavailableError(f"the last {_OUTAGES} requests were answered alike: {why}")


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
    if exchange.status in _QUOTA_STATUSES and any(word in text for word in _QUOTA_WORDS):
        return f"no quota: {_shown(exchange)}"
    return f"throttled: {_shown(exchange)}" if exchange.status == 429 else ""


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
