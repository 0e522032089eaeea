"""Downloads with wrong content, and wrong responses to ranges."""

import io
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import av

from contract_tests.defects.defect import UNKNOWN, Defect, changing, changing_videos
from contract_tests.defects.wrapping import (
    Mutation,
    Serve,
    ServerRequest,
    ServerResponse,
    error_response,
    json_response,
)

_CONTENT = ("downloadVideoContent",)
_FRAMES_A_SECOND = 4
_HTML = b"<!DOCTYPE html><title>Just a moment...</title><p>Checking your browser."


@cache
def mp4(width: int, height: int, seconds: int) -> bytes:
    """A grey MP4 file of that size in pixels and length in seconds."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=_FRAMES_A_SECOND)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(seconds * _FRAMES_A_SECOND):
            frame = av.VideoFrame(width, height, "yuv420p")
            for plane in frame.planes:
                plane.update(b"\x80" * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, _FRAMES_A_SECOND)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def _on_content(change: Callable[[ServerRequest, ServerResponse], None]) -> Callable[[], Mutation]:
    def on_video(request: ServerRequest, response: ServerResponse) -> None:
        if response.ok:
            change(request, response)

    return changing(_CONTENT, on_video)


def _on_range(change: Callable[[ServerRequest, ServerResponse], None]) -> Callable[[], Mutation]:
    def on_part(request: ServerRequest, response: ServerResponse) -> None:
        if response.status == 206:
            change(request, response)

    return changing(_CONTENT, on_part)


def _typed(media_type: str) -> Callable[[], Mutation]:
    def change(_request: ServerRequest, response: ServerResponse) -> None:
        response.headers["content-type"] = media_type

    return _on_content(change)


def _body(make: Callable[[bytes], bytes]) -> Callable[[], Mutation]:
    """Other bytes for the whole video, and so for its ranges."""

    def change(request: ServerRequest, response: ServerResponse) -> None:
        if response.status == 200 and request.query.get("variant", "video") == "video":
            response.body = make(response.body)

    return _without_ranges(_on_content(change))


def _without_ranges(make: Callable[[], Mutation]) -> Callable[[], Mutation]:
    def made() -> Mutation:
        mutation = make()

        async def without(request: ServerRequest, serve: Serve) -> ServerResponse:
            return await mutation(_whole(request), serve)

        return without

    return made


def _whole(request: ServerRequest) -> ServerRequest:
    if request.operation not in _CONTENT:
        return request
    return request.with_headers(range=None)


def _range_ignored() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        return await serve(_whole(request))

    return mutation


def _growing() -> Mutation:
    """Whole downloads have one byte more each time."""
    downloads: list[str] = []

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation in _CONTENT and response.status == 200 and not request.query:
            downloads.append(request.job_id)
            response.body += bytes(len(downloads))
        return response

    return mutation


def _html(_request: ServerRequest, response: ServerResponse) -> None:
    response.body = _HTML
    response.headers["content-type"] = "text/html"


def _html_as_video(request: ServerRequest, response: ServerResponse) -> None:
    _html(request, response)
    response.headers["content-type"] = "video/mp4"


def _link(request: ServerRequest, response: ServerResponse) -> None:
    response.set_json(
        {"id": request.job_id, "status": "completed", "video_url": "https://x.test/v"}
    )


def _early() -> Mutation:
    """Serves content at any time, for every existing job."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation not in _CONTENT or response.status not in UNKNOWN:
            return response
        retrieve = replace(request, path=request.path.removesuffix("/content"), query={})
        job = await serve(retrieve)
        if not job.ok:
            return response
        early = json_response(200, {})
        early.body, early.headers["content-type"] = mp4(64, 64, 1), "video/mp4"
        return early

    return mutation


def _wrong_total(_request: ServerRequest, response: ServerResponse) -> None:
    first = response.headers["content-range"].partition("/")[0]
    response.headers["content-range"] = f"{first}/4"


def _no_content_range(_request: ServerRequest, response: ServerResponse) -> None:
    del response.headers["content-range"]


def _whole_as_part() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if response.status == 206:
            response.body = (await serve(_whole(request))).body
        return response

    return mutation


def _shifted_part(_request: ServerRequest, response: ServerResponse) -> None:
    response.body = response.body[::-1]


def _beyond_fails(_request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 416:
        response.status = 500


def _beyond_unsaid(_request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 416:
        del response.headers["content-range"]


def _malformed_fails() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        units = request.headers.get("range", "bytes=0-").partition("=")[2]
        if request.operation in _CONTENT and response.ok and not units[:1].isdigit():
            response.status = 500
        return response

    return mutation


def _one_variant(request: ServerRequest) -> ServerRequest:
    if request.operation not in _CONTENT:
        return request
    return replace(request, query={})


def _variant_ignored() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        return await serve(_one_variant(request))

    return mutation


def _dead_url(video: dict[str, Any]) -> None:
    if video.get("video_url"):
        video["video_url"] = "undefined/videos/1.mp4"


def _wrong_head() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.method == "HEAD" and request.path.endswith("/content"):
            response.headers["content-length"] = "0"
        return response

    return mutation


def _bad_advice(_request: ServerRequest, response: ServerResponse) -> None:
    if "openai-poll-after-ms" in response.headers:
        response.headers["openai-poll-after-ms"] = "soon"


def _request_id_lost(_request: ServerRequest, response: ServerResponse) -> None:
    del response.headers["x-request-id"]


def _several_fail() -> Mutation:
    """Two ranges at once are more than the server can read."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        if request.operation in _CONTENT and "," in request.headers.get("range", ""):
            return error_response(400, "one range only")
        return await serve(request)

    return mutation


def _beyond_is_all() -> Mutation:
    """A range past the end is ignored, though others are not."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        return await serve(request.with_headers(range=None)) if response.status == 416 else response

    return mutation


def _early_thumbnail() -> Mutation:
    """A picture is given in place of the thumbnail of a film that is not there yet."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        is_thumbnail = request.query.get("variant") == "thumbnail"
        if is_thumbnail and b"video_not_ready" in response.body:
            response.status, response.body = 200, b"RIFF\x04\0\0\0WEBP"
            response.headers["content-type"] = "image/webp"
        return response

    return mutation


DEFECTS = (
    Defect("H01", "content is called a download of unknown type", _CONTENT,
           ("documented_answers", "content"), _typed("application/octet-stream")),
    Defect("H02", "content is cut off", _CONTENT, ("content",),
           _body(lambda whole: whole[: len(whole) // 2])),
    Defect("H03", "ranges are ignored", _CONTENT, ("content_ranges",), _range_ignored),
    Defect("H04", "a range names a wrong total", _CONTENT, ("content_ranges",),
           _on_range(_wrong_total)),
    Defect("H05", "a range answers with everything", _CONTENT, ("content_ranges",),
           _whole_as_part),
    Defect("H06", "no answer has an x-request-id", (), ("request_id",),
           changing((), _request_id_lost)),
    Defect("H07", "content is a web page", _CONTENT, ("documented_answers", "content"),
           _on_content(_html)),
    Defect("H08", "content is given before the job ends", _CONTENT, ("content_early",),
           _early),
    Defect("H09", "content has another size", _CONTENT, ("content",),
           _body(lambda _whole: mp4(320, 240, 4))),
    Defect("H10", "content has another length", _CONTENT, ("content",),
           _body(lambda _whole: mp4(720, 1280, 1))),
    Defect("H23", "the second download has other bytes", _CONTENT, ("reading_changes_nothing",),
           _growing),
    Defect("H11", "content is empty", _CONTENT, ("content",), _body(lambda _whole: b"")),
    Defect("H12", "content is a JSON object with a link", _CONTENT,
           ("documented_answers", "content"), _on_content(_link)),
    Defect("H13", "content is a web page that is called a video", _CONTENT, ("content",),
           _on_content(_html_as_video)),
    Defect("H14", "a range does not say which it is", _CONTENT, ("content_ranges",),
           _on_range(_no_content_range)),
    Defect("H15", "a range has other bytes", _CONTENT, ("content_ranges",),
           _on_range(_shifted_part)),
    Defect("H16", "a range beyond the end is a 500", _CONTENT, ("content_ranges",),
           changing(_CONTENT, _beyond_fails)),
    Defect("H17", "a 416 does not say how long the content is", _CONTENT,
           ("content_ranges", "documented_headers"), changing(_CONTENT, _beyond_unsaid)),
    Defect("H18", "a malformed range is a 500", _CONTENT, ("content_ranges",),
           _malformed_fails),
    Defect("H24", "a thumbnail is given before the job ends", _CONTENT, ("content_early",),
           _early_thumbnail),
    Defect("H25", "two ranges at once are refused", _CONTENT, ("content_ranges",), _several_fail),
    Defect("H26", "a range beyond the end is the whole", _CONTENT, ("content_ranges",),
           _beyond_is_all),
    Defect("H19", "every variant is the video", _CONTENT, ("content_variants",),
           _variant_ignored),
    Defect("H21", "HEAD reports another length than GET sends", _CONTENT, ("content_head",),
           _wrong_head),
    Defect("H22", "the advice when to poll is no number", ("createVideo", "retrieveVideo"),
           ("documented_headers",), changing((), _bad_advice)),
    Defect("H20", "video_url is no address", ("retrieveVideo",), ("video_url",),
           changing_videos(_dead_url)),
)  # fmt: skip
