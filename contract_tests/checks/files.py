"""Checks of a job's files: their types and validators, its pictures, and the addresses it gives."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from itertools import combinations

from contract_tests.checks.aspects import Aspect, only
from contract_tests.checks.breaches import breach, is_refusal, is_success
from contract_tests.checks.check import having, life_cycle
from contract_tests.checks.picture_file import (
    Greys,
    Picture,
    greys_of_film,
    grids,
    likeness,
    read_picture,
)
from contract_tests.checks.video_file import NotAVideoError, VideoFile, read_video
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment, Trace
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence
from openapi.documents.text import visible

_DOWNLOAD = "downloadVideoContent"
# Letters and digits; a shorter id may be a time or a number.
_LETTER, _NAMES, _LONG_ID = re.compile(r"[0-9A-Za-z]"), re.compile(r"[\w-]+"), 20
_TAG = re.compile(r'(W/)?"[\x21\x23-\x7e\x80-\xff]*"')
# Of the same bytes: the whole film, and its parts.
_OF_FILM = (
    *(Moment.CONTENT, Moment.CONTENT_AGAIN, Moment.CONTENT_HEAD, Moment.NAMED_VARIANT),
    *(Moment.RANGE_FIRST, Moment.RANGE_MIDDLE, Moment.RANGE_LAST, Moment.CONTENT_LATER),
)
_FILES = (
    *(Moment.CONTENT, Moment.THUMBNAIL, Moment.SPRITESHEET),
    *(Moment.LINKED_VIDEO, Moment.LINKED_THUMBNAIL),
)
# How a file of a type begins.
_BEGINS: Mapping[str, Callable[[bytes], bool]] = {
    "video/mp4": lambda body: body[4:8] == b"ftyp",
    "video/webm": lambda body: body.startswith(b"\x1a\x45\xdf\xa3"),
    "image/webp": lambda body: body.startswith(b"RIFF") and body[8:12] == b"WEBP",
    "image/jpeg": lambda body: body.startswith(b"\xff\xd8\xff"),
    "image/png": lambda body: body.startswith(b"\x89PNG\r\n\x1a\n"),
}
_AGAIN = (Moment.CONTENT_AGAIN, Moment.NAMED_VARIANT, Moment.CONTENT_LATER)
_RATIO_TOLERANCE = 0.05
_SMALLEST_SIDE = 16
_LIKE = 0.72


@life_cycle(
    aspect=Aspect.FILES,
    at=only(_DOWNLOAD),
    source="RFC 9110, 8.3: Content-Type says what the bytes are",
    evidence=Evidence.VERIFIED,
    applies=having(_DOWNLOAD),
    moments=(Moment.CONTENT,),
)
def file_types(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A job's files are of the types that their answers name."""
    for trace in life.traces:
        for moment in _FILES:
            for exchange in trace.at(moment):
                kind = exchange.reply.media_type
                is_of_type = _BEGINS.get(kind)
                if exchange.status == 200 and is_of_type and not is_of_type(exchange.reply.body):
                    yield breach(exchange, f"a file of type {kind}",
                                 f"{exchange.reply.body[:12]!r}...", operation=_DOWNLOAD,
                                 key=moment.name)  # fmt: skip


@life_cycle(
    aspect=Aspect.HEADERS,
    at=only(_DOWNLOAD),
    source="RFC 9110, 8.8: validators change when the content does, and only then",
    evidence=Evidence.VERIFIED,
    applies=having(_DOWNLOAD),
    moments=(Moment.CONTENT,),
)
def content_validators(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """ETag and Last-Modified are well-formed, and the same in every answer with the same file."""
    for trace in life.having(Moment.CONTENT):
        whole = trace.at(Moment.CONTENT)[0]
        if whole.status != 200:
            continue
        tag = whole.reply.header("etag")
        if tag is not None and not _TAG.fullmatch(tag):
            yield breach(whole, "an entity tag in quotes", f"ETag: {tag}", key="tag form")
        date = whole.reply.header("last-modified")
        if date is not None and not _is_date(date):
            yield breach(whole, "a date of HTTP", f"Last-Modified: {date}", key="date form")
        for moment in _OF_FILM:
            for exchange in trace.at(moment):
                if exchange.status in (200, 206):
                    yield from _same_validators(whole, exchange)


def _same_validators(whole: Exchange, exchange: Exchange) -> Iterator[Breach]:
    is_whole = exchange.request.method == "GET" and exchange.status == 200
    if is_whole and exchange.reply.body != whole.reply.body:
        return
    for name in ("ETag", "Last-Modified"):
        first, second = whole.reply.header(name), exchange.reply.header(name)
        if first is not None and second is not None and first != second:
            yield breach(exchange, f"{name}: {first}, as for the same bytes before",
                         f"{name}: {second}", operation=_DOWNLOAD, key=name)  # fmt: skip


def _is_date(text: str) -> bool:
    try:
        parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return False
    return True


@life_cycle(
    aspect=Aspect.HEADERS,
    at=only(_DOWNLOAD),
    source="RFC 9110, 13.1 and 13.2",
    evidence=Evidence.VERIFIED,
    applies=having(_DOWNLOAD),
    moments=(Moment.SAME_TAG, Moment.OTHER_TAG, Moment.SAME_DATE),
)
def content_conditions(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A conditional request gets what its condition says: 304 only for what the caller has."""
    documented = contract.operation(_DOWNLOAD).responses
    wanted = {
        **(dict.fromkeys((Moment.SAME_TAG, Moment.SAME_DATE), 304) if "304" in documented else {}),
        **({Moment.WANTED_TAG: 412} if "412" in documented else {}),
        **dict.fromkeys((Moment.OTHER_TAG, Moment.RANGE_OF_OTHER), 200),
    }
    for trace in life.having(Moment.CONTENT):
        whole = trace.at(Moment.CONTENT)[0]
        for moment, status in wanted.items():
            for exchange in trace.at(moment):
                if exchange.status != status or not _has_body(exchange, whole):
                    yield breach(exchange, f"{status} for {moment}", key=moment.name)


def _has_body(exchange: Exchange, whole: Exchange) -> bool:
    """Whether an answer has the body that its status calls for."""
    body = exchange.reply.body
    return {200: body == whole.reply.body, 304: not body}.get(exchange.status, True)


@life_cycle(
    aspect=Aspect.FILES,
    at=only(_DOWNLOAD),
    source="OpenAI video guide, thumbnail and spritesheet of a video; good practice",
    evidence=Evidence.INFERRED,
    applies=lambda contract: contract.takes(_DOWNLOAD, "variant"),
    moments=(Moment.THUMBNAIL, Moment.SPRITESHEET),
)
def pictures_of_film(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A job's thumbnail and spritesheet open, have its film's shape, and show pictures of it."""
    for trace in life.having(Moment.CONTENT):
        film = trace.at(Moment.CONTENT)[0]
        shape = _film(film)
        if shape is None:
            continue
        for moment in (Moment.THUMBNAIL, Moment.SPRITESHEET):
            for exchange in trace.at(moment):
                if exchange.status == 200 and exchange.reply.media_type.startswith("image/"):
                    yield from _picture(exchange, film.reply.body, shape, moment)


def _film(exchange: Exchange) -> VideoFile | None:
    if exchange.status != 200 or not exchange.reply.media_type.startswith("video/"):
        return None
    try:
        return read_video(exchange.reply.body)
    except NotAVideoError:
        return None


def _picture(exchange: Exchange, film: bytes, shape: VideoFile, moment: Moment) -> Iterator[Breach]:
    name = moment.name.lower()
    try:
        picture = read_picture(exchange.reply.body)
        tiles = _tiles(picture, shape, is_thumbnail=moment is Moment.THUMBNAIL)
        found = _likeness(tiles, film)
    except NotAVideoError as error:
        yield breach(exchange, f"a {name} that opens", f"{len(exchange.reply.body)} bytes; {error}",
                     key=f"{name} opens")  # fmt: skip
        return
    received = f"{picture.width}x{picture.height}"
    if not tiles:
        yield breach(exchange, f"a {name} in the shape of a film of {shape.width}x{shape.height}",
                     received, key=f"{name} shape")  # fmt: skip
    elif found < _LIKE:
        yield breach(exchange, f"a {name} with pictures of its film",
                     f"{received}, not like any ({found:.2f} of 1)",
                     key=f"{name} picture")  # fmt: skip


def _likeness(tiles: Sequence[Sequence[Greys]], film: bytes) -> float:
    """The likeness of a file to its film, by the division that fits best."""
    keys = greys_of_film(film, keys_only=True)
    best = max(tiles, key=lambda each: likeness(each, keys), default=())
    found = likeness(best, keys)
    # A moment between two key frames may differ from both.
    if found < _LIKE and best and any(map(any, best)):
        found = max(found, likeness(best, greys_of_film(film, keys_only=False)))
    return found


def _tiles(picture: Picture, shape: VideoFile, *, is_thumbnail: bool) -> list[Sequence[Greys]]:
    """The pictures within a file, in every way in which it can be divided; none: a wrong shape."""
    ratio = shape.width / shape.height
    if not is_thumbnail:
        return [picture.greys(*grid) for grid in grids(picture, ratio)]
    is_alike = abs(picture.width / picture.height - ratio) <= _RATIO_TOLERANCE * ratio
    is_large = min(picture.width, picture.height) >= _SMALLEST_SIDE
    return [picture.greys()] if is_alike and is_large else []


@life_cycle(
    aspect=Aspect.FILES,
    at=only(_DOWNLOAD),
    source="good practice: no two films are the same",
    evidence=Evidence.INFERRED,
    applies=having(_DOWNLOAD),
    moments=(Moment.CONTENT,),
)
def own_files(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """Each job has files of its own, not those of another job, nor another job's name on them."""
    for trace in life.having(Moment.CONTENT):
        for exchange in trace.at(Moment.CONTENT)[:1]:
            if named := _other_job(exchange, trace.job):
                yield breach(exchange, f"a file named after {trace.job}, or after none",
                             f"filename {visible(named)}", key="name")  # fmt: skip
    for moment in (Moment.CONTENT, Moment.THUMBNAIL):
        served = [
            (trace, exchange)
            for trace in life.having(moment)
            for exchange in trace.at(moment)[:1]
            if exchange.status == 200
        ]
        for (first, one), (_, other) in combinations(served, 2):
            if one.reply.body == other.reply.body and one.reply.media_type != "application/json":
                yield breach(other, f"a file of its own ({moment})",
                             f"that of {first.job}", key=moment.name)  # fmt: skip


def _other_job(exchange: Exchange, job: str) -> str:
    """What the name of a file has in the form of a job's id, though it is not ``job``."""
    name = exchange.reply.header("content-disposition") or ""
    form = _LETTER.sub("x", job)
    alike = (each for each in _NAMES.findall(name) if _LETTER.sub("x", each) == form)
    return next((each for each in alike if len(job) >= _LONG_ID and each != job), "")


def _shows_addresses(contract: TargetContract) -> bool:
    """Whether some operation shows where a job's film is."""
    return "video_url" in contract.dialect.video.keys or contract.has("queryUnifiedVideo")


@life_cycle(
    aspect=Aspect.AGREEMENT,
    at=only("retrieveVideo", "queryUnifiedVideo"),
    source="chainhub 363309789, completed example: video_url is opened without a key",
    evidence=Evidence.VERIFIED,
    applies=_shows_addresses,
    moments=(Moment.LINKED_VIDEO, Moment.LINKED_THUMBNAIL),
)
def linked_files(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """video_url and thumbnail_url open without a key, as the video and a picture."""
    for trace in life.traces:
        for exchange in trace.at(Moment.LINKED_VIDEO):
            yield from _linked(trace, exchange, "video_url", "video/")
        for exchange in trace.at(Moment.LINKED_THUMBNAIL):
            yield from _linked(trace, exchange, "thumbnail_url", "image/")


def _linked(trace: Trace, exchange: Exchange, name: str, kind: str) -> Iterator[Breach]:
    reply = exchange.reply
    operation = "retrieveVideo" if name == "video_url" else "queryUnifiedVideo"
    if trace.family not in ("videos", "unified"):
        operation = trace.family
    if not is_success(exchange) or not reply.media_type.startswith(kind):
        yield breach(exchange, f"200 with {kind}... at {name}, without a key",
                     operation=operation, key=name)  # fmt: skip
        return
    moment = Moment.CONTENT if name == "video_url" else Moment.THUMBNAIL
    whole = trace.one(moment)
    if whole is not None and whole.status == 200 and whole.reply.body != reply.body:
        received = f"{len(reply.body)} other bytes than {len(whole.reply.body)}"
        yield breach(exchange, f"the same file at {name} as from the download", received,
                     operation=operation, key=f"{name} bytes", source="good practice",
                     evidence=Evidence.INFERRED)  # fmt: skip


@life_cycle(
    aspect=Aspect.LIFE,
    at=only(_DOWNLOAD),
    source="good practice: content is there for as long as the dialect keeps it",
    evidence=Evidence.INFERRED,
    applies=having(_DOWNLOAD),
    moments=(Moment.CONTENT_LATER, Moment.CONTENT_AGAIN, Moment.NAMED_VARIANT),
)
def content_kept(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A completed job's content is there at once, once more, by name, and an hour after its end."""
    for trace in life.having(Moment.CONTENT):
        first = trace.at(Moment.CONTENT)[0]
        for moment in _AGAIN if first.status == 200 else ():
            for later in trace.at(moment):
                if later.status != 200:
                    yield breach(later, f"200 for {moment}, as at first", key=f"gone {moment.name}")
                elif later.reply.body != first.reply.body:
                    received = f"{len(later.reply.body)} other bytes than {len(first.reply.body)}"
                    yield breach(later, f"the same bytes for {moment} as at first", received,
                                 key=f"bytes {moment.name}")  # fmt: skip


@life_cycle(
    aspect=Aspect.LIFE,
    at=only("deleteVideo", "listVideos"),
    source="good practice: what was deleted is gone",
    evidence=Evidence.INFERRED,
    applies=having("deleteVideo"),
    moments=(Moment.DELETE,),
)
def after_deletion(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A deleted job's address no longer opens, and a list after it does not start anew."""
    for trace in life.having(Moment.DELETE):
        if not is_success(trace.at(Moment.DELETE)[0]):
            continue
        for exchange in trace.at(Moment.LINKED_AFTER_DELETE):
            if not is_refusal(exchange):
                yield breach(exchange, f"404 for {Moment.LINKED_AFTER_DELETE}",
                             operation="deleteVideo", key="address")  # fmt: skip
        for exchange in trace.at(Moment.LIST_AFTER_DELETED):
            later = {each.job for each in life.traces if each.job != trace.job}
            shown = {str(each.get("id")) for each in exchange.entries} & later
            unknown = contract.status_of("video_not_found", exchange.operation)
            if not (is_success(exchange) or is_refusal(exchange, unknown)):
                yield breach(exchange, "404, or the jobs after it", key="cursor status")
            elif shown:
                yield breach(exchange, "404, or only jobs older than the deleted one",
                             f"{min(shown)}, which is newer", key="cursor")  # fmt: skip
