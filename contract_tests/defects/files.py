"""Wrong pictures of a film, wrong validators of a file, and conditions that are not kept."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import count
from typing import Any

import av

from contract_tests.defects.defect import Defect, changing, changing_request, instead
from contract_tests.defects.wrapping import (
    Mutation,
    Serve,
    ServerRequest,
    ServerResponse,
    error_response,
)

_CONTENT = ("downloadVideoContent",)
_WHOLE_OR_PART = (200, 206)


def _grey(width: int, height: int) -> bytes:
    """A grey JPEG."""
    encoder: Any = av.VideoCodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.framerate = Fraction(1)
    frame = av.VideoFrame(width, height, "yuvj420p")
    for plane in frame.planes:
        plane.update(b"\x80" * plane.buffer_size)
    frame.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))


def _on_variant(variant: str, change: Callable[[ServerResponse], None]) -> Callable[[], Mutation]:
    def on_picture(request: ServerRequest, response: ServerResponse) -> None:
        if request.query.get("variant") == variant and response.status == 200:
            change(response)

    return changing(_CONTENT, on_picture)


def _as_jpeg(width: int, height: int) -> Callable[[ServerResponse], None]:
    def change(response: ServerResponse) -> None:
        response.body = _grey(width, height)
        response.headers["content-type"] = "image/jpeg"

    return change


def _cut(response: ServerResponse) -> None:
    response.body = response.body[:200]


def _misnamed(response: ServerResponse) -> None:
    response.headers["content-type"] = "image/png"


def _first_for_all(variant: str) -> Callable[[], Mutation]:
    """The file of the first job is sent for every job."""

    def make() -> Mutation:
        first: list[bytes] = []

        def change(response: ServerResponse) -> None:
            first.append(response.body)
            response.body = first[0]

        return _on_variant(variant, change)()

    return make


def _another_variant(asked: str, sent: str) -> Callable[[], Mutation]:
    def change(request: ServerRequest) -> ServerRequest:
        is_asked = request.operation in _CONTENT and request.query.get("variant") == asked
        return replace(request, query={"variant": sent}) if is_asked else request

    return changing_request(change)


def _header(name: str, values: Callable[[], str]) -> Callable[[], Mutation]:
    """A header of every file, and of every part of one."""

    def change(_request: ServerRequest, response: ServerResponse) -> None:
        if response.status in _WHOLE_OR_PART:
            response.headers[name] = values()

    return changing(_CONTENT, change)


def _ignoring(header: str) -> Callable[[], Mutation]:
    def change(request: ServerRequest) -> ServerRequest:
        return request.with_headers(**{header: None}) if request.operation in _CONTENT else request

    return changing_request(change)


def _always_known(request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 200 and "if-none-match" in request.headers:
        response.status, response.body = 304, b""


def _once() -> Mutation:
    """Content can be downloaded for an hour only."""
    ended: dict[str, int] = {}

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation == "retrieveVideo" and response.ok:
            is_done = response.json()["status"] == "completed"
            ended[request.job_id] = ended.get(request.job_id, 0) + is_done
        if request.operation in _CONTENT and ended.get(request.job_id, 0) > 2:
            return error_response(404, "The content has expired.", "video_expired")
        return response

    return mutation


def _refusing(status: int, is_refused: Callable[[ServerRequest], bool]) -> Callable[[], Mutation]:
    def respond(request: ServerRequest) -> ServerResponse | None:
        is_create = request.operation == "createVideo"
        return error_response(status, "No.") if is_create and is_refused(request) else None

    return instead(respond)


def _refusing_picture(first_bytes: bytes) -> Callable[[], Mutation]:
    def respond(request: ServerRequest) -> ServerResponse | None:
        if request.operation != "createVideo" or first_bytes not in request.body:
            return None
        return error_response(400, "This picture is not supported.", "invalid_image")

    return instead(respond)


def _text_of_two(request: ServerRequest) -> ServerRequest:
    """A form without all but the first of two prompts."""
    boundary = request.headers.get("content-type", "").partition("boundary=")[2].encode()
    parts = request.body.split(b"--" + boundary) if boundary else []
    prompts = [part for part in parts if b'name="prompt"' in part]
    kept = [part for part in parts if part not in prompts[1:]]
    return request.with_body((b"--" + boundary).join(kept)) if prompts[1:] else request


_TAGS, _DAYS = count(), count()


def _named_after_another(_request: ServerRequest, response: ServerResponse) -> None:
    name = "video_00000000-0000-4000-8000-000000000000.mp4"
    response.headers["content-disposition"] = f'attachment; filename="{name}"'


DEFECTS = (
    Defect("F01", "the thumbnail lies on its side", _CONTENT, ("pictures_of_film",),
           _on_variant("thumbnail", _as_jpeg(640, 360))),
    Defect("F02", "the thumbnail is grey", _CONTENT, ("pictures_of_film",),
           _on_variant("thumbnail", _as_jpeg(360, 640))),
    Defect("F03", "the thumbnail is cut off", _CONTENT, ("pictures_of_film",),
           _on_variant("thumbnail", _cut)),
    Defect("F04", "the thumbnail is called a PNG", _CONTENT, ("file_types",),
           _on_variant("thumbnail", _misnamed)),
    Defect("F05", "every job has the first one's thumbnail", _CONTENT,
           ("pictures_of_film", "own_files"), _first_for_all("thumbnail")),
    Defect("F06", "the spritesheet is the thumbnail", _CONTENT, ("pictures_of_film",),
           _another_variant("spritesheet", "thumbnail")),
    Defect("F07", "the ETag is another each time", _CONTENT, ("content_validators",),
           _header("etag", lambda: f'"{next(_TAGS)}"')),
    Defect("F08", "the ETag has no quotes", _CONTENT, ("content_validators",),
           _header("etag", lambda: "abc")),
    Defect("F09", "Last-Modified is another each time", _CONTENT, ("content_validators",),
           _header("last-modified",
                   lambda: f"Thu, 01 Jan 2026 00:{next(_DAYS) % 60:02d}:00 GMT")),
    Defect("F10", "If-None-Match is ignored", _CONTENT, ("content_conditions",),
           _ignoring("if_none_match")),
    Defect("F11", "every If-None-Match is a 304", _CONTENT, ("content_conditions",),
           changing(_CONTENT, _always_known)),
    Defect("F12", "If-Range is ignored", _CONTENT, ("content_conditions",),
           _ignoring("if_range")),
    Defect("F13", "content is gone soon after the end", _CONTENT, ("content_kept",), _once),
    Defect("F14", "pictures above a megabyte are refused", ("createVideo",), ("legal_pictures",),
           _refusing(413, lambda request: len(request.body) > 1_000_000)),
    Defect("F15", "WebP is refused", ("createVideo",), ("legal_pictures",),
           _refusing_picture(b"WEBPVP8")),
    Defect("F17", "a download is named after another job", _CONTENT, ("own_files",),
           changing(_CONTENT, _named_after_another)),
    Defect("F16", "of two prompts the first counts", ("createVideo",), ("repeated_fields",),
           changing_request(_text_of_two)),
)  # fmt: skip
