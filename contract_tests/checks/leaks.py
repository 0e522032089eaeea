"""Answers keep to themselves what no caller should see: keys, traces, addresses within."""

import re
from collections.abc import Iterator

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach, is_text
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.guard.keys import TAKEN_OUT
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_SHORTEST_KEY = 6
_FIRST_ERROR = 400
_LEAKS = {
    "a stack trace": (
        r"Traceback \(most recent call last\)|goroutine \d+ \[|panic: runtime error"
        r"|\bat [\w.$<>]+ ?\([^)\s]+:\d+(?::\d+)?\)|File \"[^\"]+\", line \d+"
    ),
    "an address of a private network": (
        r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.])"
        r"|\b[\w-]+\.(?:svc\.cluster\.local|internal)\b"
    ),
    "a query or a failure of a database": (
        r"\bSQLSTATE\b|\bORA-\d{5}\b|\bSELECT .+ FROM .+ WHERE\b|sqlite3\.\w+Error|psycopg\d?\."
    ),
}
_PATTERNS = {what: re.compile(pattern) for what, pattern in _LEAKS.items()}


def _look(_contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    where = exchange.operation or exchange.request.path
    text = _text(exchange)
    for what, found in _found(exchange, text):
        yield breach(exchange, f"an answer without {what}", found, operation=where, key=what)


def _found(exchange: Exchange, text: str) -> Iterator[tuple[str, str]]:
    key = (exchange.request.header("authorization") or "").partition(" ")[2]
    if TAKEN_OUT in text or (len(key) >= _SHORTEST_KEY and key in text):
        yield "the caller's key", f"{exchange.status} that repeats the Authorization header"
    for what, pattern in _PATTERNS.items():
        if match := pattern.search(text):
            yield what, f"{exchange.status} with {match[0][:80]}"


def _text(exchange: Exchange) -> str:
    """Headers, and the body where it is text; a finished video may hold any bytes."""
    reply = exchange.reply
    lines = [f"{name}: {value}" for name, value in reply.headers]
    if is_text(exchange) or exchange.status >= _FIRST_ERROR:
        lines.append(reply.body.decode("utf-8", "replace").replace('\\"', '"'))
    return "\n".join(lines)


CHECK = Passive(
    name="leaks",
    holds="No answer shows a key, a stack trace, a database error or a private network's address.",
    source="OWASP API Security Top 10 (2023), API8; good practice",
    evidence=Evidence.INFERRED,
    look=_look,
)
