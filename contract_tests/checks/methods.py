"""HEAD, OPTIONS and methods that nobody documents are answered sanely."""

from collections.abc import Iterator

from contract_tests.checks.authentication import plain_request
from contract_tests.checks.check import Probe
from contract_tests.checks.reading import breach, is_success
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.session import Session
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence

_FIRST_SERVER_ERROR = 500
_NOT_ALLOWED = 405
_METHODS = ("PUT", "PATCH", "DELETE")
_NO_ROUTE = 404
_RFC = "RFC 9110, 15.5.6"


def _probe(session: Session) -> Iterator[Breach]:
    for operation in _one_a_path(session):
        target = plain_request(session, operation).target
        others = set(session.contract.find(target.partition("?")[0])[0])
        unknown = next(method for method in _METHODS if method not in others)
        yield from _unknown(session.send(Request(unknown, target)), operation.id)
        yield from _options(session.send(Request("OPTIONS", target)), operation.id)
        if "GET" in others:
            usual = session.send(Request("GET", target))
            yield from _head(session.send(Request("HEAD", target)), usual, operation.id)


def _one_a_path(session: Session) -> Iterator[Operation]:
    """The first operation of each path that has a read, else the first."""
    paths: dict[str, Operation] = {}
    for operation in session.contract.operations:
        if operation.path not in paths or operation.method == "GET":
            paths[operation.path] = operation
    yield from paths.values()


def _unknown(exchange: Exchange, operation: str) -> Iterator[Breach]:
    method, status = exchange.request.method, exchange.status
    if is_success(exchange) or status >= _FIRST_SERVER_ERROR:
        yield breach(exchange, f"405 for {method}, which is not documented", operation=operation,
                     key=f"{method} taken")  # fmt: skip
    elif status not in (_NOT_ALLOWED, _NO_ROUTE):
        yield breach(exchange, f"405 for {method}, which is not documented", operation=operation,
                     key=f"{method} status", evidence=Evidence.INFERRED)  # fmt: skip
    if status == _NOT_ALLOWED and not exchange.reply.header("allow"):
        yield breach(exchange, "405 with the header Allow", "405 without it", operation=operation,
                     key="allow", source=_RFC)  # fmt: skip


def _options(exchange: Exchange, operation: str) -> Iterator[Breach]:
    if exchange.status >= _FIRST_SERVER_ERROR:
        yield breach(exchange, "any answer to OPTIONS but a server error", operation=operation,
                     key="OPTIONS")  # fmt: skip


def _head(exchange: Exchange, usual: Exchange, operation: str) -> Iterator[Breach]:
    if exchange.status not in (usual.status, _NOT_ALLOWED, _NO_ROUTE):
        expected = f"{usual.status} for HEAD, as for GET, or 405"
        yield breach(exchange, expected, operation=operation, key="HEAD", source="RFC 9110, 9.3.2")
    elif exchange.reply.body:
        yield breach(exchange, "no body in the answer to HEAD", operation=operation,
                     key="HEAD body", source="RFC 9110, 9.3.2")  # fmt: skip


CHECK = Probe(
    name="methods",
    holds="HEAD answers as GET does, OPTIONS does not fail, an undocumented method is a 405.",
    source="RFC 9110, 9.3 and 15.5.6",
    evidence=Evidence.VERIFIED,
    probe=_probe,
)
