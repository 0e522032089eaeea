"""Downloads that are not what they should be, and ranges that are answered wrongly."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.defects.clips import mp4
from contract_tests.defects.defect import UNKNOWN, Defect, changing, changing_videos
from contract_tests.defects.wrapping import Answer, Asked, Mutation, Serve, json_answer

_CONTENT = ("downloadVideoContent",)
_HTML = b"<!DOCTYPE html><title>Just a moment...</title><p>Checking your browser."


def _on_content(change: Callable[[Asked, Answer], None]) -> Callable[[], Mutation]:
    def on_video(asked: Asked, answer: Answer) -> None:
        if answer.ok:
            change(asked, answer)

    return changing(_CONTENT, on_video)


def _on_range(change: Callable[[Asked, Answer], None]) -> Callable[[], Mutation]:
    def on_part(asked: Asked, answer: Answer) -> None:
        if answer.status == 206:
            change(asked, answer)

    return changing(_CONTENT, on_part)


def _typed(media_type: str) -> Callable[[], Mutation]:
    def change(_asked: Asked, answer: Answer) -> None:
        answer.headers["content-type"] = media_type

    return _on_content(change)


def _body(make: Callable[[bytes], bytes]) -> Callable[[], Mutation]:
    """Other bytes for the whole video; ranges are cut from them, as a file server would."""

    def change(asked: Asked, answer: Answer) -> None:
        if answer.status == 200 and asked.query.get("variant", "video") == "video":
            answer.body = make(answer.body)

    return _without_ranges(_on_content(change))


def _without_ranges(make: Callable[[], Mutation]) -> Callable[[], Mutation]:
    def made() -> Mutation:
        mutation = make()

        async def without(asked: Asked, serve: Serve) -> Answer:
            return await mutation(_whole(asked), serve)

        return without

    return made


def _whole(asked: Asked) -> Asked:
    if asked.operation not in _CONTENT:
        return asked
    return asked.with_headers(range=None)


def _range_ignored() -> Mutation:
    async def mutation(asked: Asked, serve: Serve) -> Answer:
        return await serve(_whole(asked))

    return mutation


def _html(_asked: Asked, answer: Answer) -> None:
    answer.body = _HTML
    answer.headers["content-type"] = "text/html"


def _html_as_video(asked: Asked, answer: Answer) -> None:
    _html(asked, answer)
    answer.headers["content-type"] = "video/mp4"


def _link(asked: Asked, answer: Answer) -> None:
    answer.set_json({"id": asked.job_id, "status": "completed", "video_url": "https://x.test/v"})


def _early() -> Mutation:
    """Content at any time, for any job there is."""

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        if asked.operation not in _CONTENT or answer.status not in UNKNOWN:
            return answer
        retrieve = replace(asked, path=asked.path.removesuffix("/content"), query={})
        job = await serve(retrieve)
        if not job.ok:
            return answer
        early = json_answer(200, {})
        early.body, early.headers["content-type"] = mp4(64, 64, 1), "video/mp4"
        return early

    return mutation


def _wrong_total(_asked: Asked, answer: Answer) -> None:
    first = answer.headers["content-range"].partition("/")[0]
    answer.headers["content-range"] = f"{first}/4"


def _no_content_range(_asked: Asked, answer: Answer) -> None:
    del answer.headers["content-range"]


def _whole_as_part() -> Mutation:
    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        if answer.status == 206:
            answer.body = (await serve(_whole(asked))).body
        return answer

    return mutation


def _shifted_part(_asked: Asked, answer: Answer) -> None:
    answer.body = answer.body[::-1]


def _beyond_fails(_asked: Asked, answer: Answer) -> None:
    if answer.status == 416:
        answer.status = 500


def _beyond_unsaid(_asked: Asked, answer: Answer) -> None:
    if answer.status == 416:
        del answer.headers["content-range"]


def _malformed_fails() -> Mutation:
    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        units = asked.headers.get("range", "bytes=0-").partition("=")[2]
        if asked.operation in _CONTENT and answer.ok and not units[:1].isdigit():
            answer.status = 500
        return answer

    return mutation


def _one_variant(asked: Asked) -> Asked:
    if asked.operation not in _CONTENT:
        return asked
    return replace(asked, query={})


def _variant_ignored() -> Mutation:
    async def mutation(asked: Asked, serve: Serve) -> Answer:
        return await serve(_one_variant(asked))

    return mutation


def _dead_url(video: dict[str, Any]) -> None:
    if video.get("video_url"):
        video["video_url"] = "undefined/videos/1.mp4"


def _wrong_head() -> Mutation:
    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        if asked.method == "HEAD" and asked.path.endswith("/content"):
            answer.headers["content-length"] = "0"
        return answer

    return mutation


def _bad_advice(_asked: Asked, answer: Answer) -> None:
    if "openai-poll-after-ms" in answer.headers:
        answer.headers["openai-poll-after-ms"] = "soon"


def _request_id_lost(_asked: Asked, answer: Answer) -> None:
    del answer.headers["x-request-id"]


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
    Defect("H06", "no answer has an x-request-id", ("retrieveVideo", "listVideos"),
           ("request_id",), changing((), _request_id_lost)),
    Defect("H07", "content is a web page", _CONTENT, ("documented_answers", "content"),
           _on_content(_html)),
    Defect("H08", "content is given before the job ends", _CONTENT, ("content_early",),
           _early),
    Defect("H09", "content has another size", _CONTENT, ("content",),
           _body(lambda _whole: mp4(320, 240, 4))),
    Defect("H10", "content has another length", _CONTENT, ("content",),
           _body(lambda _whole: mp4(720, 1280, 1))),
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
    Defect("H19", "every variant is the video", _CONTENT, ("content_variants",),
           _variant_ignored),
    Defect("H21", "HEAD tells another length than GET sends", _CONTENT, ("content_head",),
           _wrong_head),
    Defect("H22", "the advice when to poll is no number", ("createVideo", "retrieveVideo"),
           ("documented_headers",), changing((), _bad_advice)),
    Defect("H20", "video_url is no address", ("retrieveVideo",), ("video_url",),
           changing_videos(_dead_url)),
)  # fmt: skip
