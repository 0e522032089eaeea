"""A byte range is answered with exactly those bytes, or ignored cleanly."""

import re
from collections.abc import Iterator, Mapping

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach, is_refusal
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment, Trace
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_WHOLE, _PART, _BEYOND = 200, 206, 416
_CONTENT = "downloadVideoContent"
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")
_SLICES: Mapping[Moment, slice] = {
    Moment.RANGE_FIRST: slice(0, 4),
    Moment.RANGE_MIDDLE: slice(4, 8),
    Moment.RANGE_LAST: slice(-4, None),
}
_PRACTICE = {"source": "RFC 9110, 14.2: ranges may be ignored", "evidence": Evidence.INFERRED}


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    promised = str(_PART) in contract.operation(_CONTENT).responses
    for trace in life.having(Moment.CONTENT):
        content = trace.at(Moment.CONTENT)[0]
        if content.status != _WHOLE:
            continue
        whole = content.reply.body
        for moment, wanted in _SLICES.items():
            for exchange in trace.at(moment):
                yield from _part(exchange, whole, wanted, promised=promised)
        yield from _others(trace, whole)


def _part(exchange: Exchange, whole: bytes, wanted: slice, *, promised: bool) -> Iterator[Breach]:
    asked = exchange.request.header("range")
    start, stop, _ = wanted.indices(len(whole))
    if exchange.status == _WHOLE and exchange.reply.body == whole:
        if promised:
            received = f"200 with everything for {asked}"
            yield breach(exchange, "206 with the range asked for", received,
                         key="ignored", **_PRACTICE)  # fmt: skip
    elif exchange.status != _PART:
        yield breach(exchange, f"206 with {stop - start} bytes for {asked}", key="status")
    else:
        yield from _exactly(exchange, whole, (start, stop))


def _exactly(exchange: Exchange, whole: bytes, bounds: tuple[int, int]) -> Iterator[Breach]:
    start, stop = bounds
    reply = exchange.reply
    said = reply.header("content-range") or ""
    expected = f"Content-Range: bytes {start}-{stop - 1}/{len(whole)}"
    match = _CONTENT_RANGE.fullmatch(said)
    if match is None or tuple(map(int, match.groups())) != (start, stop - 1, len(whole)):
        yield breach(exchange, expected, f"Content-Range: {said or 'none'}", key="header")
    if reply.body != whole[start:stop]:
        received = f"{len(reply.body)} bytes" + (
            ", others" if len(reply.body) == stop - start else ""
        )
        yield breach(exchange, f"exactly the bytes {start} to {stop - 1}", received, key="bytes")


def _others(trace: Trace, whole: bytes) -> Iterator[Breach]:
    for exchange in trace.at(Moment.RANGE_BEYOND):
        if exchange.status == _BEYOND:
            said = exchange.reply.header("content-range")
            if said != f"bytes */{len(whole)}":
                yield breach(exchange, f"416 with Content-Range: bytes */{len(whole)}",
                             f"416 with {said}", key="beyond header",
                             source="RFC 9110, 15.5.17", evidence=Evidence.VERIFIED)  # fmt: skip
        elif exchange.status != _WHOLE:
            yield breach(exchange, "416 for a range past the end", key="beyond")
    for exchange in trace.at(Moment.RANGE_MALFORMED):
        if exchange.status != _WHOLE and not is_refusal(exchange):
            yield breach(exchange, "everything for a range that is none", key="malformed")


CHECK = LifeCycle(
    name="content_ranges",
    holds="A byte range is honoured exactly or ignored cleanly; one past the end is a 416.",
    source="RFC 9110, 14 and 15.3.7",
    evidence=Evidence.VERIFIED,
    applies=having(_CONTENT),
    look=_look,
    moments=frozenset({*_SLICES, Moment.RANGE_BEYOND, Moment.RANGE_MALFORMED}),
)
