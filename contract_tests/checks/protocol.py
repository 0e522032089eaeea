"""Checks of HTTP: every request gets a well-formed response in time, and no server error."""

import re
from collections.abc import Iterator, Mapping

from contract_tests.checks.aspects import Aspect, every
from contract_tests.checks.breaches import breach, operation_of, place_of
from contract_tests.checks.check import passive
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.guard.forwarding import GIVEN_UP, NO_HTTP
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence
from openapi.documents.text import visible

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SHOWN = 160
READ_S, _CREATE_S = 2.0, 10.0
# A file is sent in full before the response ends.
_LONGER: Mapping[str, float] = {"downloadVideoContent": 30.0}
# Added to each limit for the time on the network.
_NETWORK_S = 0.1


@passive(
    aspect=Aspect.ERRORS,
    at=every,
    source="RFC 9110, 15.5 and 15.6",
    evidence=Evidence.VERIFIED,
)
def server_errors(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """No request makes the server fail: 5xx is for a service that is not available."""
    if exchange.status < 500 or exchange.status == 503:
        return
    operation = operation_of(contract, exchange)
    if operation is None or exchange.status not in contract.server_errors_for_requests(operation):
        where = place_of(contract, exchange)
        yield breach(exchange, "any answer but a server error", operation=where, key="5xx")


@passive(
    aspect=Aspect.TIME,
    at=every,
    source="RFC 9110, 3.4: a request is answered",
    evidence=Evidence.VERIFIED,
    unanswered=True,
)
def replies_end(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """Every request is answered, and the answer ends within the run's bound."""
    where = place_of(contract, exchange)
    if exchange.trouble.startswith(NO_HTTP):
        yield breach(exchange, "an answer that is HTTP", operation=where, key="no HTTP")
    # A connection that breaks may be the network's fault.
    elif "connection" not in exchange.trouble and not exchange.trouble.startswith(GIVEN_UP):
        expected = "an answer that ends within the bound"
        yield breach(exchange, expected, operation=where, key="no end")


@passive(
    aspect=Aspect.SYNTAX,
    at=every,
    source="RFC 9110, 5.5",
    evidence=Evidence.VERIFIED,
)
def reply_syntax(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """No header has control characters, a body has its coding, a connection does not just break."""
    where, reply = place_of(contract, exchange), exchange.reply
    for name, value in reply.headers:
        if _CONTROL.search(value):
            received = visible(f"{name}: {value[:_SHOWN]}")
            yield breach(exchange, "headers without control characters", received,
                         operation=where, key=f"control {name}")  # fmt: skip
        elif not value.isascii():
            received = visible(f"{name}: {value[:_SHOWN]}")
            yield breach(exchange, "headers in ASCII", received, operation=where,
                         key=f"ascii {name}", evidence=Evidence.INFERRED)  # fmt: skip
    if reply.undecoded:
        coding = (reply.header("content-encoding") or "")[:_SHOWN]
        yield breach(exchange, f"a body in the coding that it names, {coding}", reply.undecoded,
                     operation=where, key="coding",
                     source="RFC 9110, 8.4 and 12.5.3")  # fmt: skip
    elif coding := _unasked(exchange):
        yield breach(exchange, "a body in no coding, since none was asked for",
                     f"Content-Encoding: {visible(coding[:_SHOWN])}", operation=where,
                     key="unasked coding", source="RFC 9110, 12.5.3",
                     evidence=Evidence.INFERRED)  # fmt: skip
    if reply.broken:
        yield breach(exchange, "an answer on the connection that was left open",
                     "the connection broke before the request was answered", operation=where,
                     key="closed", source="RFC 9112, 9.3 and 9.6")  # fmt: skip


def _unasked(exchange: Exchange) -> str:
    """The coding of a body for a request that takes none; empty where there is none."""
    coding = (exchange.reply.header("content-encoding") or "").strip()
    is_asked = exchange.request.header("accept-encoding") is not None
    return "" if is_asked or coding.lower() == "identity" or not exchange.reply.body else coding


@passive(
    aspect=Aspect.TIME,
    at=every,
    source="good practice",
    evidence=Evidence.INFERRED,
)
def latency(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """A read is answered within 2 seconds, a create in 10, a download begins in 10, ends in 30."""
    if not contract.has(exchange.operation):
        return
    makes = contract.operation(exchange.operation).makes
    limit_s = _LONGER.get(exchange.operation, _CREATE_S if makes else READ_S)
    elapsed_s = exchange.reply.elapsed_s
    if exchange.reply.first_s > min(limit_s, _CREATE_S) + _NETWORK_S < limit_s:
        yield breach(exchange, f"a first byte within {_CREATE_S:g} s",
                     f"{exchange.reply.first_s:.1f} s", key="first byte")  # fmt: skip
    if elapsed_s > limit_s + _NETWORK_S:
        yield breach(exchange, f"an answer within {limit_s:g} s", f"{elapsed_s:.1f} s", key="slow")
