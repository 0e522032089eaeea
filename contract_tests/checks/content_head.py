"""HEAD of the content describes what GET sends, and sends nothing."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment
from openapi.contract.evidence import Evidence

_OK = 200
_SANE = frozenset({_OK, 404, 405})


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.having(Moment.CONTENT, Moment.CONTENT_HEAD):
        whole, head = trace.at(Moment.CONTENT)[0], trace.at(Moment.CONTENT_HEAD)[0]
        where = whole.operation
        if whole.status != _OK:
            continue
        if head.status not in _SANE or head.reply.body:
            yield breach(head, "200 without a body, as GET describes it, or 405", operation=where,
                         key="status")  # fmt: skip
        length = head.reply.header("content-length")
        if head.status == _OK and length not in (None, str(len(whole.reply.body))):
            yield breach(head, f"Content-Length: {len(whole.reply.body)}",
                         f"Content-Length: {length}", operation=where, key="length")  # fmt: skip


CHECK = LifeCycle(
    name="content_head",
    holds="HEAD of the content has the length of what GET sends, or is not allowed.",
    source="RFC 9110, 9.3.2",
    evidence=Evidence.VERIFIED,
    applies=having("downloadVideoContent"),
    look=_look,
    moments=frozenset({Moment.CONTENT_HEAD}),
)
