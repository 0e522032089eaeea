"""Replies are what HTTP allows: headers without control characters, codings that are true."""

import re
from collections.abc import Iterator

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence
from openapi.documents.text import visible

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SHOWN = 160


def _look(_contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    where, reply = exchange.operation or exchange.request.path, exchange.reply
    for name, value in reply.headers:
        if _CONTROL.search(value):
            received = visible(f"{name}: {value[:_SHOWN]}")
            yield breach(exchange, "headers without control characters", received,
                         operation=where, key=f"control {name}")  # fmt: skip
    if reply.undecoded:
        said = (reply.header("content-encoding") or "")[:_SHOWN]
        yield breach(exchange, f"a body in the coding that it names, {said}", reply.undecoded,
                     operation=where, key="coding",
                     source="RFC 9110, 8.4 and 12.5.3")  # fmt: skip


CHECK = Passive(
    name="reply_syntax",
    holds="No header has a control character, and a body is coded as its Content-Encoding says.",
    source="RFC 9110, 5.5",
    evidence=Evidence.VERIFIED,
    look=_look,
)
