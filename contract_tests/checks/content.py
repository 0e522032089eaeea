"""Checks of a job's content: the video, its ranges, and its thumbnail and spritesheet."""

import re
from collections.abc import Iterator, Mapping

from contract_tests.checks.aspects import Aspect, only
from contract_tests.checks.breaches import breach, is_refusal, is_success, was_waiting
from contract_tests.checks.check import having, life_cycle
from contract_tests.checks.video_file import NotAVideoError, VideoFile, read_video
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment, Trace
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_DOWNLOAD = "downloadVideoContent"
_SIZE = re.compile(r"([0-9]{1,6})[x:]([0-9]{1,6})")
# A size with smaller numbers is a ratio, such as 16x9.
_SMALLEST_SIDE = 64
_RATIO_TOLERANCE = 0.03
_LENGTH_TOLERANCE = 0.15
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")
_SLICES: Mapping[Moment, slice] = {
    Moment.RANGE_FIRST: slice(0, 4),
    Moment.RANGE_MIDDLE: slice(4, 8),
    Moment.RANGE_LAST: slice(-4, None),
}
# The first bytes of image files by media type.
_IMAGES = {"image/webp": b"RIFF", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG"}


@life_cycle(
    aspect=Aspect.FILES,
    at=only(_DOWNLOAD),
    source="OpenAI API spec, RetrieveVideoContent; VideoResource.size and seconds",
    evidence=Evidence.VERIFIED,
    applies=having(_DOWNLOAD),
    moments=(Moment.CONTENT,),
)
def content(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A completed job's content downloads, opens as a video, and has its size and length."""
    for trace in life.having(Moment.CONTENT):
        exchange = trace.at(Moment.CONTENT)[0]
        if not trace.stages.completed(trace.final.get("status")):
            continue
        if not is_success(exchange):
            yield breach(exchange, "200 with the video of a completed job", key="status")
        elif exchange.status == 200 and contract.serves_film:
            yield from _video(trace, exchange)


def _video(trace: Trace, exchange: Exchange) -> Iterator[Breach]:
    reply = exchange.reply
    if not reply.media_type.startswith("video/"):
        yield breach(exchange, "a content type of video/...", key="type")
    try:
        video = read_video(reply.body)
    except NotAVideoError as error:
        received = f"{len(reply.body)} bytes of {reply.media_type}; {error}"
        yield breach(exchange, "a video file that opens", received, key="opens")
        return
    size, seconds = str(_stated(trace, "size")), str(_stated(trace, "seconds", "duration"))
    if not _has_size(video, size):
        received = f"{video.width}x{video.height}"
        yield breach(exchange, f"a video of size {size}", received, key="size")
    length_s = float(seconds) if seconds.isdecimal() else None
    if length_s and abs(video.seconds - length_s) > length_s * _LENGTH_TOLERANCE:
        yield breach(exchange, f"a video of {seconds} seconds", f"{video.seconds:.2f} seconds",
                     key="seconds")  # fmt: skip


def _stated(trace: Trace, *names: str) -> object:
    """The value of the first of several fields that the job shows, or that was asked for."""
    for name in names:
        for fields in (trace.final, trace.sent):
            if fields.get(name) is not None:
                return fields[name]
    return ""


def _has_size(video: VideoFile, size: str) -> bool:
    match = _SIZE.fullmatch(size)
    if match is None:
        return True
    width, height = int(match[1]), int(match[2])
    if not (width and height):
        return True
    if min(width, height) >= _SMALLEST_SIDE:
        return (video.width, video.height) == (width, height)
    return abs(video.width / video.height - width / height) <= _RATIO_TOLERANCE * width / height


@life_cycle(
    aspect=Aspect.FILES,
    at=only(_DOWNLOAD),
    source="OpenAI's live service answers 404 'Video is not ready yet' (litellm PR 32602)",
    evidence=Evidence.VERIFIED,
    applies=having(_DOWNLOAD),
    moments=(Moment.EARLY_CONTENT,),
)
def content_early(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """Content is refused until the job has completed, and so is its thumbnail."""
    status = contract.status_of("video_not_ready", _DOWNLOAD)
    for trace in life.traces:
        for exchange in trace.at(Moment.EARLY_CONTENT):
            if not is_refusal(exchange, status) and was_waiting(trace, exchange):
                yield breach(exchange, f"{status} for content that is not ready", key="early")
        for exchange in trace.at(Moment.EARLY_THUMBNAIL):
            if not is_refusal(exchange, status) and was_waiting(trace, exchange):
                yield breach(exchange, f"{status} for a thumbnail that is not ready",
                             key="early thumbnail", source="good practice",
                             evidence=Evidence.INFERRED)  # fmt: skip


@life_cycle(
    aspect=Aspect.KEYS,
    at=only(_DOWNLOAD),
    source="sora-character:119, sora-image:129, veo-image:119",
    evidence=Evidence.DOCUMENTED,
    applies=having(_DOWNLOAD),
    moments=(Moment.CONTENT_WITHOUT_KEY, Moment.THUMBNAIL_WITHOUT_KEY),
)
def content_key(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """Neither the film of a finished job nor its thumbnail is given without a key."""
    status = contract.status_of("missing_api_key", _DOWNLOAD)
    for trace in life.traces:
        for moment in (Moment.CONTENT_WITHOUT_KEY, Moment.THUMBNAIL_WITHOUT_KEY):
            for exchange in trace.at(moment):
                if exchange.status != status:
                    yield breach(exchange, f"{status} for {moment}", key="no key")


@life_cycle(
    aspect=Aspect.FILES,
    at=only(_DOWNLOAD),
    source="RFC 9110, 14 and 15.3.7",
    evidence=Evidence.VERIFIED,
    applies=having(_DOWNLOAD),
    moments=(*_SLICES, Moment.RANGE_BEYOND, Moment.RANGE_MALFORMED, Moment.SEVERAL_RANGES),
)
def content_ranges(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A byte range is honoured exactly or ignored cleanly; one past the end is a 416."""
    is_documented = "206" in contract.operation(_DOWNLOAD).responses
    for trace in life.having(Moment.CONTENT):
        download = trace.at(Moment.CONTENT)[0]
        if download.status != 200:
            continue
        whole = download.reply.body
        for moment, wanted in _SLICES.items():
            for exchange in trace.at(moment):
                yield from _range(exchange, whole, wanted, is_documented=is_documented)
        yield from _beyond(trace, whole)
        yield from _unusual_ranges(trace)


def _range(
    exchange: Exchange, whole: bytes, wanted: slice, *, is_documented: bool
) -> Iterator[Breach]:
    asked = exchange.request.header("range")
    start, stop, _ = wanted.indices(len(whole))
    if exchange.status == 200 and exchange.reply.body == whole:
        if is_documented:
            yield breach(exchange, "206 with the range asked for",
                         f"200 with everything for {asked}", key="ignored",
                         source="RFC 9110, 14.2: ranges may be ignored",
                         evidence=Evidence.INFERRED)  # fmt: skip
    elif exchange.status != 206:
        yield breach(exchange, f"206 with {stop - start} bytes for {asked}", key="status")
    else:
        yield from _exact_range(exchange, whole, (start, stop))


def _exact_range(exchange: Exchange, whole: bytes, bounds: tuple[int, int]) -> Iterator[Breach]:
    start, stop = bounds
    body, header = exchange.reply.body, exchange.reply.header("content-range") or ""
    match = _CONTENT_RANGE.fullmatch(header)
    if match is None or tuple(map(int, match.groups())) != (start, stop - 1, len(whole)):
        expected = f"Content-Range: bytes {start}-{stop - 1}/{len(whole)}"
        yield breach(exchange, expected, f"Content-Range: {header or 'none'}", key="header")
    if body != whole[start:stop]:
        received = f"{len(body)} bytes" + (", others" if len(body) == stop - start else "")
        yield breach(exchange, f"exactly the bytes {start} to {stop - 1}", received, key="bytes")


def _beyond(trace: Trace, whole: bytes) -> Iterator[Breach]:
    honours = any(each.status == 206 for each in trace.at(Moment.RANGE_FIRST))
    for exchange in trace.at(Moment.RANGE_BEYOND):
        if exchange.status == 416:
            header = exchange.reply.header("content-range")
            if header != f"bytes */{len(whole)}":
                yield breach(exchange, f"416 with Content-Range: bytes */{len(whole)}",
                             f"416 with {header}", key="beyond header",
                             source="RFC 9110, 15.5.17", evidence=Evidence.VERIFIED)  # fmt: skip
        elif exchange.status != 200:
            yield breach(exchange, "416 for a range past the end", key="beyond")
        elif honours:
            yield breach(exchange, "416 for a range past the end, as ranges are honoured",
                         key="beyond ignored", source="RFC 9110, 14.2: this should be sent",
                         evidence=Evidence.INFERRED)  # fmt: skip


def _unusual_ranges(trace: Trace) -> Iterator[Breach]:
    for exchange in trace.at(Moment.SEVERAL_RANGES):
        if exchange.status not in (200, 206, 416):
            yield breach(exchange, "206 or 200 for two ranges at once", key="several")
    for exchange in trace.at(Moment.RANGE_MALFORMED):
        if exchange.status != 200 and not is_refusal(exchange):
            yield breach(exchange, "everything for a malformed range", key="malformed")


@life_cycle(
    aspect=Aspect.FILES,
    at=only(_DOWNLOAD),
    source="RFC 9110, 9.3.2",
    evidence=Evidence.VERIFIED,
    applies=having(_DOWNLOAD),
    moments=(Moment.CONTENT_HEAD,),
)
def content_head(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """HEAD of the content has the length of what GET sends, or is not allowed."""
    for trace in life.having(Moment.CONTENT, Moment.CONTENT_HEAD):
        whole, head = trace.at(Moment.CONTENT)[0], trace.at(Moment.CONTENT_HEAD)[0]
        if whole.status != 200:
            continue
        if head.status not in (200, 404, 405) or head.reply.body:
            yield breach(head, "200 without a body, as GET describes it, or 405",
                         operation=whole.operation, key="status")  # fmt: skip
        length = head.reply.header("content-length")
        if head.status == 200 and length not in (None, str(len(whole.reply.body))):
            yield breach(head, f"Content-Length: {len(whole.reply.body)}",
                         f"Content-Length: {length}", operation=whole.operation,
                         key="length")  # fmt: skip


@life_cycle(
    aspect=Aspect.FILES,
    at=only(_DOWNLOAD),
    source="OpenAI API spec, RetrieveVideoContent; the guide names jpg for the spritesheet",
    evidence=Evidence.VERIFIED,
    applies=lambda contract: contract.takes(_DOWNLOAD, "variant"),
    moments=(Moment.THUMBNAIL, Moment.SPRITESHEET, Moment.UNKNOWN_VARIANT),
)
def content_variants(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """Thumbnail and spritesheet of a job are pictures; any other variant is refused."""
    for trace in life.having(Moment.CONTENT):
        if trace.at(Moment.CONTENT)[0].status != 200:
            continue
        for exchange in trace.at(Moment.UNKNOWN_VARIANT):
            if not is_refusal(exchange):
                yield breach(exchange, "400 for an unknown variant", key="unknown")
        for moment in (Moment.THUMBNAIL, Moment.SPRITESHEET):
            for exchange in trace.at(moment):
                first_bytes = _IMAGES.get(exchange.reply.media_type)
                is_image = first_bytes and exchange.reply.body.startswith(first_bytes)
                if exchange.status != 200 or not is_image:
                    name = moment.name.lower()
                    yield breach(exchange, f"200 with a picture for the {name}", key=name)
