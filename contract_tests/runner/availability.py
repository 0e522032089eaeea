"""Tells a target that cannot work at present from one that breaks the contract."""

from collections.abc import Iterator, Sequence

from contract_tests.guard.forwarding import NO_CONNECTION
from contract_tests.lifecycle.trace import Life, Moment
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.session import Session, UnansweredError
from openapi.documents.text import visible

_QUOTA_WORDS = ("quota", "balance", "insufficient", "额度", "余额")
_TOO_MANY = 429
_READ = 4096
# Statuses that go with a word about quota; among them the statuses of other refusals.
_NO_QUOTA = (402, 403, _TOO_MANY)
# So many answers in succession that say nothing of the contract are an outage.
_OUTAGE = 10


class UnavailableError(Exception):
    """The target cannot be held to anything now; the message says why."""


class KeyRefusedError(Exception):
    """The target refuses the key that the user gave."""


def require_available(session: Session) -> None:
    """Ask the target a few things that cost nothing.

    Raises:
        UnavailableError: there is no connection, no reply, or nothing but server errors.
        KeyRefusedError: every answer is 401.
    """
    answers = []
    for request in _reads(session):
        try:
            answers.append(session.send(request))
        except UnansweredError as error:
            answers.append(error.exchange)
            if len(answers) > 1 and not any(each.answer for each in answers):
                break
    if not any(each.answer for each in answers):
        raise UnavailableError(answers[-1].trouble)
    if all(each.status >= 500 or not each.answer for each in answers):
        raise UnavailableError(f"every answer is a server error; the last: {_shown(answers[-1])}")
    if all(each.status == 401 for each in answers):
        raise KeyRefusedError(_shown(answers[-1]))
    if all(each.status >= 500 or not each.answer or out_of_service(each) for each in answers):
        why = next(filter(None, map(out_of_service, reversed(answers))), "")
        raise UnavailableError(f"every answer says so: {why}")


def require_service(exchanges: Sequence[Exchange]) -> None:
    """Make sure that a target which worked at first still does.

    Raises:
        UnavailableError: it answers nothing more but that it has no time, no quota, or no answer.
    """
    latest = exchanges[-_OUTAGE:]
    if len(latest) == _OUTAGE and all(map(out_of_service, latest)):
        why = out_of_service(latest[-1])
        raise UnavailableError(f"the last {_OUTAGE} requests were answered alike: {why}")


def out_of_service(exchange: Exchange) -> str:
    """Why an exchange says nothing of the contract: too many requests, no quota; else empty."""
    if exchange.answer is None:
        return exchange.trouble if exchange.trouble.startswith(NO_CONNECTION) else ""
    if exchange.status in _NO_QUOTA and _speaks_of_quota(exchange):
        return f"no quota: {_shown(exchange)}"
    return f"throttled: {_shown(exchange)}" if exchange.status == _TOO_MANY else ""


def _speaks_of_quota(exchange: Exchange) -> bool:
    text = exchange.reply.body[:_READ].decode("utf-8", "replace").lower()
    return any(word in text for word in _QUOTA_WORDS)


def why_no_job(life: Life) -> str:
    """Why a target made no job although it should have: no quota, a model that is gone; or ""."""
    creates = [each for trace in life.traces for each in trace.at(Moment.CREATE)]
    reasons = [_no_service(each) for each in creates]
    return reasons[0] if reasons and all(reasons) else ""


def _no_service(create: Exchange) -> str:
    body = create.reply.object
    error = body.get("error")
    code = str(error.get("code") or "") if isinstance(error, dict) else ""
    text = f"{code} {body}".lower()
    if why := out_of_service(create):
        return why
    if create.status in (404, 410) and ("retired" in text or "model" in code):
        return f"the model is gone: {_shown(create)}"
    return f"out of service: {_shown(create)}" if create.status in (502, 503, 504) else ""


def _reads(session: Session) -> Iterator[Request]:
    absent = session.absent_id()
    for operation in session.contract.operations:
        if operation.method == "GET" and "{" not in operation.path:
            required = [each for each in operation.parameters if each.get("required")]
            if not required:
                yield Request("GET", operation.path)
    if session.contract.has("retrieveVideo"):
        path = session.contract.operation("retrieveVideo").fill(video_id=absent)
        yield Request("GET", path)


def _shown(exchange: Exchange) -> str:
    if exchange.answer is None:
        return exchange.trouble
    text = exchange.answer.body[:200].decode("utf-8", "replace")
    return visible(f"{exchange.status} {text}".strip())


def nothing_but_outage(exchanges: Sequence[Exchange]) -> bool:
    """Whether nothing came back but server errors, broken connections, and pleas for patience."""
    outages = (not each.answer or each.status >= 500 or out_of_service(each) for each in exchanges)
    return bool(exchanges) and all(outages)
