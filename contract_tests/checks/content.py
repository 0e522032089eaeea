"""A completed job has a video that opens, in the size and the length that the job states."""

import re
from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.film import Film, NoFilmError, read_film
from contract_tests.checks.reading import breach, is_success
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment, Trace
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_PIXELS = re.compile(r"([0-9]{1,6})[x:]([0-9]{1,6})")
# Below it the figures are a ratio, such as 16x9.
_SMALLEST_SIDE = 64
_RATIO_TOLERANCE = 0.03
_LENGTH_TOLERANCE = 0.15
_FULL = 200


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.having(Moment.CONTENT):
        exchange = trace.one(Moment.CONTENT)
        if exchange is None or not trace.stages.completed(trace.final.get("status")):
            continue
        if not is_success(exchange):
            yield breach(exchange, "200 with the video of a completed job", key="status")
        elif exchange.status == _FULL and contract.serves_film:
            yield from _film(trace, exchange)


def _film(trace: Trace, exchange: Exchange) -> Iterator[Breach]:
    reply = exchange.reply
    if not reply.media_type.startswith("video/"):
        yield breach(exchange, "a content type of video/...", key="type")
    try:
        film = read_film(reply.body)
    except NoFilmError as error:
        received = f"{len(reply.body)} bytes of {reply.media_type}; {error}"
        yield breach(exchange, "a video file that opens", received, key="opens")
        return
    size, seconds = str(_said(trace, "size")), _said(trace, "seconds", "duration")
    if not _fits(film, size):
        received = f"{film.width}x{film.height}"
        yield breach(exchange, f"a video of size {size}", received, key="size")
    length = float(str(seconds)) if str(seconds).isdecimal() else None
    if length and abs(film.seconds - length) > length * _LENGTH_TOLERANCE:
        yield breach(exchange, f"a video of {seconds} seconds", f"{film.seconds:.2f} seconds",
                     key="seconds")  # fmt: skip


def _said(trace: Trace, *names: str) -> object:
    """What the job says of itself, else what was asked for."""
    for name in names:
        for source in (trace.final, trace.sent):
            if source.get(name) is not None:
                return source[name]
    return ""


def _fits(film: Film, size: str) -> bool:
    match = _PIXELS.fullmatch(size)
    if match is None:
        return True
    width, height = int(match[1]), int(match[2])
    if not (width and height):
        return True
    if min(width, height) >= _SMALLEST_SIDE:
        return (film.width, film.height) == (width, height)
    return abs(film.width / film.height - width / height) <= _RATIO_TOLERANCE * width / height


CHECK = LifeCycle(
    name="content",
    holds="A completed job's content downloads, opens as a video, and has its size and length.",
    source="OpenAI API spec, RetrieveVideoContent; VideoResource.size and seconds",
    evidence=Evidence.VERIFIED,
    applies=having("downloadVideoContent"),
    look=_look,
    moments=frozenset({Moment.CONTENT}),
)
