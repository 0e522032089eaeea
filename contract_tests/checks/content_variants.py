"""Thumbnail and spritesheet are pictures, not the video again."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, is_refusal
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_OK = 200
_STARTS = {"image/webp": b"RIFF", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG"}


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.having(Moment.CONTENT):
        if trace.at(Moment.CONTENT)[0].status != _OK:
            continue
        for exchange in trace.at(Moment.UNKNOWN_VARIANT):
            if not is_refusal(exchange):
                yield breach(exchange, "400 for a variant that is none", key="unknown")
        for moment in (Moment.THUMBNAIL, Moment.SPRITESHEET):
            for exchange in trace.at(moment):
                yield from _picture(exchange, moment)


def _picture(exchange: Exchange, moment: Moment) -> Iterator[Breach]:
    reply = exchange.reply
    start = _STARTS.get(reply.media_type)
    if exchange.status != _OK or start is None or not reply.body.startswith(start):
        expected = f"200 with a picture for the {moment.name.lower()}"
        yield breach(exchange, expected, key=moment.name.lower())


CHECK = LifeCycle(
    name="content_variants",
    holds="Thumbnail and spritesheet of a job are pictures; any other variant is refused.",
    source="OpenAI API spec, RetrieveVideoContent; the guide names jpg for the spritesheet",
    evidence=Evidence.VERIFIED,
    applies=lambda contract: contract.takes("downloadVideoContent", "variant"),
    look=_look,
    moments=frozenset({Moment.THUMBNAIL, Moment.SPRITESHEET, Moment.UNKNOWN_VARIANT}),
)
