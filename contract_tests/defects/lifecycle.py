"""Jobs with a wrong life: progress, order of statuses, times, and the two families."""

from collections.abc import Callable
from typing import Any

from contract_tests.defects.defect import (
    READS,
    VIDEO_OPERATIONS,
    Defect,
    changing,
    changing_success,
    changing_videos,
)
from contract_tests.defects.wrapping import Mutation, Serve, ServerRequest, ServerResponse

_RETRIEVE = ("retrieveVideo",)
_WAITING = ("queued", "in_progress")


def _counting(
    change: Callable[[dict[str, Any], int], None], only: Callable[[dict[str, Any]], bool]
) -> Callable[[], Mutation]:
    """A mutation that depends on how often a job was retrieved in some state."""

    def make() -> Mutation:
        seen: dict[str, int] = {}

        def on_video(video: dict[str, Any]) -> None:
            if only(video):
                seen[video["id"]] = seen.get(video["id"], 0) + 1
                change(video, seen[video["id"]])

        return changing_videos(on_video, _RETRIEVE)()

    return make


def _when(word: str, /, **changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(video: dict[str, Any]) -> None:
        if video["status"] == word:
            video |= changes

    return change


def _reopen(video: dict[str, Any], times: int) -> None:
    if times > 1:
        video |= {"status": "in_progress", "progress": 99}


def _fall(video: dict[str, Any], times: int) -> None:
    video["progress"] = max(0, video["progress"] - 40 * (times % 2 == 0))


def _requeue(video: dict[str, Any], times: int) -> None:
    if times > 1:
        video |= {"status": "queued", "progress": 0}


def _advance(video: dict[str, Any], times: int) -> None:
    video |= {"status": "in_progress", "progress": min(99, max(video["progress"], times))}


def _later_model(video: dict[str, Any]) -> None:
    if video["status"] == "completed":
        video["model"] += "-2025-12-08"


def _finish_before_start(video: dict[str, Any]) -> None:
    if "completed_at" in video:
        video["completed_at"] = video["created_at"] - 60


def _expired_before_end(video: dict[str, Any]) -> None:
    if video.get("completed_at"):
        video["expires_at"] = video["completed_at"] - 60


def _another_id(video: dict[str, Any]) -> None:
    last = "1" if video["id"].endswith("0") else "0"
    video["id"] = video["id"][:-1] + last


def _running(video: dict[str, Any]) -> bool:
    return bool(video["status"] == "in_progress")


def _completed(video: dict[str, Any]) -> bool:
    return bool(video["status"] == "completed")


def _waiting(video: dict[str, Any]) -> bool:
    return video["status"] in _WAITING


def _failing(error: dict[str, str] | None) -> Callable[[], Mutation]:
    """Jobs that fail where they would complete; their content is served all the same."""

    def change(video: dict[str, Any]) -> None:
        if video["status"] == "completed":
            video |= {"status": "failed", "progress": 99}
            for name in ("completed_at", "video_url"):
                video.pop(name, None)
            if error:
                video["error"] = error

    videos = changing_videos(change)

    def on_query(data: dict[str, Any]) -> dict[str, Any]:
        if data["status"] != "completed":
            return data
        head = {name: data[name] for name in ("id", "status_update_time")}
        return {**head, "status": "failed", **({"error": error} if error else {})}

    query = changing_success(("queryUnifiedVideo",), on_query)
    return _both(videos, query)


def _without_reason(video: dict[str, Any]) -> None:
    if video["status"] == "failed":
        video.pop("error", None)


def _both(*makes: Callable[[], Mutation]) -> Callable[[], Mutation]:
    """All mutations, the first innermost."""

    def make() -> Mutation:
        mutations = [each() for each in makes]

        async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
            inner = serve
            for outer in mutations:
                inner = _inside(outer, inner)
            return await inner(request)

        return mutation

    return make


def _inside(mutation: Mutation, serve: Serve) -> Serve:
    async def inner(request: ServerRequest) -> ServerResponse:
        return await mutation(request, serve)

    return inner


def _query_behind(data: dict[str, Any]) -> None:
    if data["status"] == "completed":
        data["status"] = "processing"
        for name in ("video_url", "thumbnail_url", "width", "height"):
            data.pop(name, None)


def _turned(data: dict[str, Any]) -> None:
    if "width" in data:
        data["width"], data["height"] = data["height"], data["width"]


def _stuck(video: dict[str, Any]) -> None:
    if video["status"] == "completed":
        video |= {"status": "in_progress", "progress": 99}
        for name in ("completed_at", "video_url"):
            video.pop(name, None)


def _cut_prompt_size(_request: ServerRequest, response: ServerResponse) -> None:
    data = response.json()
    if response.ok and isinstance(data, dict) and data.get("size") == "720x1280":
        data["size"] = "1280x720"
        response.set_json(data)


_ERROR = {"code": "generation_failed", "message": "The video could not be generated."}

DEFECTS = (
    Defect("L01", "a completed job runs again", _RETRIEVE, ("terminal",),
           _counting(_reopen, _completed)),
    Defect("L02", "progress falls", _RETRIEVE, ("progress",), _counting(_fall, _running)),
    Defect("L03", "a completed job has less than 100 percent", _RETRIEVE, ("progress",),
           changing_videos(_when("completed", progress=98), READS)),
    Defect("L04", "progress exceeds 100", _RETRIEVE, ("documented_answers", "progress"),
           changing_videos(_when("in_progress", progress=130))),
    Defect("L05", "a running job has 100 percent", _RETRIEVE, ("progress",),
           changing_videos(_when("in_progress", progress=100))),
    Defect("L09", "a job completes before it was created", _RETRIEVE, ("timestamps",),
           changing_videos(_finish_before_start)),
    Defect("L10", "created_at changes", _RETRIEVE, ("immutable",),
           _counting(lambda video, times: video.update(created_at=video["created_at"] + times),
                     lambda _video: True)),
    Defect("L11", "the model changes when the job ends", _RETRIEVE, ("immutable",),
           changing_videos(_later_model)),
    Defect("L12", "a running job is queued again", _RETRIEVE, ("status_order",),
           _counting(_requeue, _running)),
    Defect("L13", "a failed job has no error", _RETRIEVE, ("failed_jobs",), _failing(None)),
    Defect("L31", "jobs that fail do not say why", _RETRIEVE, ("failed_jobs",),
           changing_videos(_without_reason), jobs=4),
    Defect("L14", "a failed job has content", ("downloadVideoContent",), ("failed_jobs",),
           _failing(_ERROR)),
    Defect("L15", "a job never ends", _RETRIEVE, ("jobs_end",), changing_videos(_stuck)),
    Defect("L16", "query and retrieve disagree", ("queryUnifiedVideo",), ("families_agree",),
           changing_success(("queryUnifiedVideo",), _query_behind)),
    Defect("L17", "a status no page knows", _RETRIEVE, ("documented_answers",),
           changing_videos(_when("in_progress", status="finalizing"))),
    Defect("L18", "content expires before the job ends", _RETRIEVE, ("timestamps",),
           changing_videos(_expired_before_end)),
    Defect("L22", "the job's id changes when it is retrieved", _RETRIEVE, ("immutable",),
           changing_videos(_another_id, _RETRIEVE)),
    Defect("L28", "a job that runs well has an error", _RETRIEVE, ("failed_jobs",),
           changing_videos(_when("completed", error=_ERROR))),
    Defect("L29", "completed_at is missing", _RETRIEVE, ("timestamps",),
           changing_videos(lambda video: video.pop("completed_at", None))),
    Defect("L30", "query reports another size", ("queryUnifiedVideo",), ("families_agree",),
           changing_success(("queryUnifiedVideo",), _turned)),
    Defect("I03", "each poll moves the job on", _RETRIEVE, ("reading_changes_nothing",),
           _counting(_advance, _waiting)),
    Defect("D02", "the documented default size is not used", ("createVideo",), ("echo",),
           changing(VIDEO_OPERATIONS, _cut_prompt_size)),
    Defect("D03", "seconds is not what was asked for", ("createVideo",), ("echo",),
           changing_videos(lambda video: video.update(seconds="5"))),
)  # fmt: skip
