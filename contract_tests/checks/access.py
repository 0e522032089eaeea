"""Checks of who may see what: API keys, other accounts' jobs, and secrets in responses."""

import re
from collections.abc import Iterator, Mapping, Sequence

from contract_tests.checks.aspects import Aspect, every, only
from contract_tests.checks.breaches import (
    breach,
    is_success,
    is_text,
    operation_of,
    place_of,
    videos_in,
)
from contract_tests.checks.broken_requests import harmless_requests, needs_query
from contract_tests.checks.check import life_cycle, passive, probe
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.guard.keys import TAKEN_OUT, forms_of
from contract_tests.lifecycle.trace import Life, Moment, Trace
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import BEARER, KEY, Exchange, Request
from contract_tests.wire.session import Session
from openapi.contract.evidence import Evidence

# Authorization headers that must be refused, and the kind of error of each.
_BAD_KEYS = {
    "no key": (None, "missing_api_key"),
    "a scheme without a key": ("Bearer", "invalid_authorization"),
    "another scheme": (f"Basic {KEY}", "invalid_authorization"),
    "an unknown key": ("Bearer sk-invalid-contract-tests", "invalid_api_key"),
}
_OTHER_KEY = (
    Moment.OTHER_KEY_RETRIEVE,
    Moment.OTHER_KEY_QUERY,
    Moment.OTHER_KEY_CONTENT,
    Moment.OTHER_KEY_THUMBNAIL,
    Moment.OTHER_KEY_DELETE,
)
_SHORTEST_KEY = 6
_WORDS = 120
# An id of a request, or a time.
_CHANGING = re.compile(r"\w*\d\w*")
# The statuses that blame a body.
_BODY_STATUSES = frozenset({400, 413, 415, 422})
_LEAKS = {
    "a stack trace": re.compile(
        r"Traceback \(most recent call last\)|goroutine \d+ \[|panic: runtime error"
        r"|\bat [\w.$<>]+ ?\([^)\s]+:\d+(?::\d+)?\)|File \"[^\"]+\", line \d+"
    ),
    "an address of a private network": re.compile(
        r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.])"
        r"|\b[\w-]+\.(?:svc\.cluster\.local|internal)\b"
    ),
    "a query or a failure of a database": re.compile(
        r"\bSQLSTATE\b|\bORA-\d{5}\b|\bSELECT .+ FROM .+ WHERE\b|sqlite3\.\w+Error|psycopg\d?\."
    ),
}


@probe(
    aspect=Aspect.KEYS,
    at=every,
    source="sora-character:119, sora-image-zh:84, sora-image:129, "
    "unified-create:138, veo-image:119",
    evidence=Evidence.DOCUMENTED,
)
def authentication(session: Session) -> Iterator[Breach]:
    """Every operation refuses a missing, malformed or unknown key with 401, whatever the body."""
    for number, operation in enumerate(session.contract.operations):
        requests = list(harmless_requests(session, operation))
        for place, (what, (header, code)) in enumerate(_bad_keys(session, number)):
            request = requests[(number + place) % len(requests)]
            exchange = session.send(request.with_headers(authorization=header))
            status = session.contract.status_of(code, operation.id)
            if exchange.status == status:
                continue
            if is_success(exchange):
                yield breach(exchange, f"{status} for {what}", key=what)
            else:
                # The request is refused; only the status differs from the documented one.
                is_read = exchange.status in _BODY_STATUSES
                received = f"{exchange.status}: the body is looked at first" if is_read else ""
                yield breach(exchange, f"{status} for {what}", received, key=f"status for {what}",
                             source="OpenAI API reference, authentication; RFC 9110, 15.5.2",
                             evidence=Evidence.VERIFIED)  # fmt: skip
    yield from _scheme_in_lower_case(session)


def _bad_keys(session: Session, number: int) -> Sequence[tuple[str, tuple[str | None, str]]]:
    """What is tried at an operation: where jobs cost money no key and one of the others."""
    no_key, *others = _BAD_KEYS.items()
    is_free = Capability.FREE in session.capabilities
    return [no_key, *(others if is_free else [others[number % len(others)]])]


def _scheme_in_lower_case(session: Session) -> Iterator[Breach]:
    for operation in session.contract.operations:
        if operation.method != "GET" or "{" in operation.path or needs_query(operation):
            continue
        usual = session.send(Request("GET", operation.path))
        lower = BEARER.replace("Bearer", "bearer")
        exchange = session.send(Request("GET", operation.path).with_headers(authorization=lower))
        if is_success(usual) and not is_success(exchange):
            yield breach(exchange, "the same answer to 'bearer' as to 'Bearer'", key="case",
                         source="RFC 9110, 11.1", evidence=Evidence.VERIFIED)  # fmt: skip


@passive(
    aspect=Aspect.HEADERS,
    at=every,
    source="RFC 9110, 11.6.1; good practice",
    evidence=Evidence.INFERRED,
)
def challenge(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """A 401 has WWW-Authenticate that names the Bearer scheme."""
    operation = operation_of(contract, exchange)
    if exchange.status != 401 or operation is None:
        return
    documented = (operation.response(401) or {}).get("headers", {})
    if "www-authenticate" not in map(str.lower, documented):
        return
    value = exchange.reply.header("www-authenticate")
    if not (value or "").lower().startswith("bearer"):
        yield breach(exchange, "WWW-Authenticate: Bearer ...", f"401 with {value}", key="challenge")


@life_cycle(
    aspect=Aspect.OWNERS,
    at=only(
        "retrieveVideo", "queryUnifiedVideo", "downloadVideoContent", "deleteVideo", "listVideos"
    ),
    source="OpenAI: jobs are scoped to their project; new-api scopes tasks to their owner",
    evidence=Evidence.VERIFIED,
    moments=(*_OTHER_KEY, Moment.OTHER_KEY_LIST),
)
def ownership(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """Another account's key finds none of a caller's jobs: not by id, not in its list."""
    for trace in life.traces:
        for moment in _OTHER_KEY:
            for exchange in trace.at(moment):
                unknown = contract.status_of("video_not_found", exchange.operation)
                if exchange.status not in (403, unknown):
                    yield breach(exchange, f"{unknown} for {moment}", key=moment.name)
                elif exchange.status != unknown:
                    yield breach(exchange, f"{unknown}, as for a job that does not exist",
                                 key=f"{moment.name} exists", source="RFC 9110, 15.5.4",
                                 evidence=Evidence.INFERRED)  # fmt: skip
        yield from _distinguished(trace)
        for exchange in trace.at(Moment.OTHER_KEY_LIST):
            ids = {str(each.get("id")) for each in videos_in(exchange.reply.json)}
            if is_success(exchange) and trace.job in ids:
                yield breach(exchange, "a list without another account's jobs",
                             f"a list with {trace.job}", key="list")  # fmt: skip


def _distinguished(trace: Trace) -> Iterator[Breach]:
    """A breach where the words of a refusal say that the job exists."""
    of_job, of_none = trace.one(Moment.OTHER_KEY_RETRIEVE), trace.one(Moment.OTHER_KEY_ABSENT)
    if of_job is None or of_none is None or of_job.status != of_none.status:
        return
    absent = of_none.request.path.rpartition("/")[2]
    words, others = _words(of_job, trace.job), _words(of_none, absent)
    if words and others and words != others:
        yield breach(of_job, f"the words for a job that does not exist: {others[:_WORDS]}",
                     words[:_WORDS], key="distinguished", source="RFC 9110, 15.5.4",
                     evidence=Evidence.INFERRED)  # fmt: skip


def _words(exchange: Exchange, job: str) -> str:
    """The message of a refusal without the id that it is about."""
    error = exchange.reply.object.get("error")
    message = error.get("message") if isinstance(error, Mapping) else None
    text = message.replace(job, "...") if isinstance(message, str) else ""
    # Many a gateway names each request in its messages.
    return _CHANGING.sub("...", text)


@passive(
    aspect=Aspect.SECRETS,
    at=every,
    source="OWASP API Security Top 10 (2023), API8; good practice",
    evidence=Evidence.INFERRED,
)
def leaks(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """No answer shows a key, a stack trace, a database error or a private network's address."""
    where = place_of(contract, exchange)
    for what, found in _leaks_in(exchange):
        yield breach(exchange, f"an answer without {what}", found, operation=where, key=what)


def _leaks_in(exchange: Exchange) -> Iterator[tuple[str, str]]:
    text = _text(exchange)
    key = (exchange.request.header("authorization") or "").partition(" ")[2]
    forms = forms_of(key) if len(key) >= _SHORTEST_KEY else ()
    if TAKEN_OUT in text or any(form in text for form in forms):
        yield "the caller's key", f"{exchange.status} that repeats the Authorization header"
    for what, pattern in _LEAKS.items():
        if match := pattern.search(text):
            yield what, f"{exchange.status} with {match[0][:80]}"


def _text(exchange: Exchange) -> str:
    """The headers, and the body unless it is binary content, which may hold any bytes."""
    reply = exchange.reply
    lines = [f"{name}: {value}" for name, value in reply.headers]
    if is_text(exchange) or exchange.status >= 400:
        lines.append(reply.body.decode("utf-8", "replace").replace('\\"', '"'))
    return "\n".join(lines)
