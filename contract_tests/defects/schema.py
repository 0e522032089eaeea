"""Response bodies of a wrong shape: types, missing and additional fields, ids, units, statuses."""

import json
from dataclasses import replace
from typing import Any

from contract_tests.defects.defect import (
    CREATES,
    VIDEO_OPERATIONS,
    Defect,
    changing,
    changing_success,
    changing_videos,
)
from contract_tests.defects.wrapping import Mutation, Serve, ServerRequest, ServerResponse

_SCHEMA = ("documented_answers",)


def _with(name: str, change: Any, operations: tuple[str, ...] = VIDEO_OPERATIONS) -> Any:
    """A mutation of one field in every response."""

    def on_video(video: dict[str, Any]) -> None:
        if video.get(name) is not None:
            video[name] = change(video[name])

    return changing_videos(on_video, operations)


def _leak(video: dict[str, Any]) -> None:
    video |= {"channel_id": 17, "upstream_account": "pool-3"}


def _empty_texts(video: dict[str, Any]) -> None:
    for name in ("error", "completed_at", "remixed_from_video_id"):
        video[name] = video.get(name) or ""


def _without(name: str, operations: tuple[str, ...]) -> Any:
    return changing_videos(lambda video: video.pop(name, None), operations)


def _plain_error(_request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 400:
        response.set_json({"error": "bad request"})


def _empty_error(_request: ServerRequest, response: ServerResponse) -> None:
    data = response.json()
    if response.status == 404 and isinstance(data, dict):
        data["error"]["message"] = ""
        response.set_json(data)


def _html_error(_request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 401:
        response.body = b"<!DOCTYPE html><title>Unauthorized</title>"
        response.headers["content-type"] = "text/html"


def _as_text(_request: ServerRequest, response: ServerResponse) -> None:
    if response.ok:
        response.headers["content-type"] = "text/plain; charset=utf-8"


def _twice(_request: ServerRequest, response: ServerResponse) -> None:
    if response.ok:
        response.body *= 2


def _cut(_request: ServerRequest, response: ServerResponse) -> None:
    if response.ok:
        response.body = response.body[: len(response.body) // 2]


class _Renaming:
    """Gives some jobs other ids, in every request and response."""

    def __init__(self, is_renamed: Any, rename: Any) -> None:
        self._is_renamed = is_renamed
        self._rename = rename
        self._shown: dict[str, str] = {}

    async def __call__(self, request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(self._translated(request))
        data = response.json()
        if response.ok and self._is_renamed(request) and isinstance(data, dict) and "id" in data:
            self._shown[data["id"]] = self._rename(data["id"])
        for real, shown in self._shown.items():
            if response.headers.get("content-type", "").startswith("application/json"):
                response.body = response.body.replace(
                    json.dumps(real)[1:-1].encode(), json.dumps(shown)[1:-1].encode()
                )
        return response

    def _translated(self, request: ServerRequest) -> ServerRequest:
        real = {shown: real for real, shown in self._shown.items()}
        path = "/".join(real.get(step, step) for step in request.path.split("/"))
        query = {name: real.get(value, value) for name, value in request.query.items()}
        return replace(request, path=path, query=query)


def _renaming(is_renamed: Any, rename: Any) -> Any:
    def make() -> Mutation:
        return _Renaming(is_renamed, rename)

    return make


def _is_json_create(request: ServerRequest) -> bool:
    return request.operation == "createVideo" and request.media_type == "application/json"


def _is_create(request: ServerRequest) -> bool:
    return request.operation == "createVideo"


def _seconds_as_update_time(data: dict[str, Any]) -> None:
    if "status_update_time" in data:
        data["status_update_time"] //= 1000


def _no_has_more(data: dict[str, Any]) -> None:
    data.pop("has_more", None)


def _null_list(data: dict[str, Any]) -> None:
    data["data"] = data["data"] or None


def _word(old: str, new: str) -> Any:
    return lambda status: new if status == old else status


DEFECTS = (
    Defect("S01", "progress is a string", VIDEO_OPERATIONS, _SCHEMA, _with("progress", str)),
    Defect("S02", "created_at is in milliseconds", VIDEO_OPERATIONS, ("time_units",),
           _with("created_at", lambda at: at * 1000)),
    Defect("S03", "seconds is missing when the job is retrieved", ("retrieveVideo",), _SCHEMA,
           _without("seconds", ("retrieveVideo",))),
    Defect("S04", "jobs created with JSON have ids of another form", ("createVideo",),
           ("identifiers",),
           _renaming(_is_json_create, lambda real: real.replace("video_", "task_"))),
    Defect("S05", "a 400 is an object with a plain text", ("createVideo",), ("error_envelope",),
           changing((), _plain_error)),
    Defect("S06", "seconds is a number", VIDEO_OPERATIONS, _SCHEMA, _with("seconds", int)),
    Defect("S07", "completed_at is a date in words", ("retrieveVideo", "listVideos"), _SCHEMA,
           _with("completed_at", lambda _at: "2026-01-02T03:04:05Z")),
    Defect("S08", "what is absent is shown as an empty text", VIDEO_OPERATIONS, _SCHEMA,
           changing_videos(_empty_texts)),
    Defect("S09", "internal fields leak", VIDEO_OPERATIONS, ("unknown_fields",),
           changing_videos(_leak)),
    Defect("S10", "model is the upstream's name for it", VIDEO_OPERATIONS, ("echo",),
           _with("model", lambda model: model.replace("sora-2", "sora_video2"))),
    Defect("S11", "status_update_time is in seconds", ("queryUnifiedVideo",),
           ("time_units", "documented_answers"),
           changing_success(("queryUnifiedVideo", "createUnifiedVideo"), _seconds_as_update_time)),
    Defect("S12", "the unified format says queued", ("queryUnifiedVideo",), _SCHEMA,
           _with("status", _word("pending", "queued"), ("queryUnifiedVideo",))),
    Defect("S13", "the video format says processing", ("retrieveVideo",), _SCHEMA,
           _with("status", _word("in_progress", "processing"), ("retrieveVideo",))),
    Defect("S14", "object is not video", VIDEO_OPERATIONS, _SCHEMA,
           _with("object", lambda _word: "videos")),
    Defect("S15", "has_more is missing", ("listVideos",), _SCHEMA,
           changing_success(("listVideos",), _no_has_more)),
    Defect("S16", "an empty list is null", ("listVideos",), _SCHEMA,
           changing_success(("listVideos",), _null_list)),
    Defect("S17", "the message of a 404 is empty", ("retrieveVideo",), ("error_envelope",),
           changing((), _empty_error)),
    Defect("S18", "progress is a share of one", ("retrieveVideo",), _SCHEMA,
           _with("progress", lambda part: part / 100 + 0.001, ("retrieveVideo",))),
    Defect("S19", "a 401 is a web page", (), ("error_envelope",),
           changing((), _html_error)),
    Defect("S20", "ids of jobs are bare", ("createVideo",), ("identifiers",),
           _renaming(_is_create, lambda real: real.removeprefix("video_"))),
    Defect("S21", "ids of jobs are numbers", ("createVideo",), _SCHEMA,
           changing_success(("createVideo",), lambda data: data | {"id": 4711})),
    Defect("S22", "JSON is called plain text", ("retrieveVideo",), _SCHEMA,
           changing(("retrieveVideo",), _as_text)),
    Defect("S27", "every success is called plain text", (), _SCHEMA, changing((), _as_text)),
    Defect("S23", "the JSON stands twice in the answer", ("retrieveVideo",), _SCHEMA,
           changing(("retrieveVideo",), _twice)),
    Defect("S24", "the JSON of the list is cut off", ("listVideos",), _SCHEMA,
           changing(("listVideos",), _cut)),
    Defect("S25", "the create answers with an empty object", CREATES[:1], _SCHEMA,
           changing_success(("createVideo",), lambda _data: {})),
    Defect("S26", "a refused create answers with an envelope of another name", ("createVideo",),
           ("error_envelope",),
           changing((), lambda _request, response: _other_envelope(response))),
)  # fmt: skip


def _other_envelope(response: ServerResponse) -> None:
    if response.status == 400:
        response.set_json({"code": 400, "msg": "bad request", "data": None})
