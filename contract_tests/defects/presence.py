"""Jobs that exist although they should not, or do not although they should; wrong parents."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.defects.defect import (
    READS,
    VIDEO_OPERATIONS,
    Defect,
    changing_success,
    changing_videos,
    instead,
    videos_in,
)
from contract_tests.defects.wrapping import (
    Mutation,
    Serve,
    ServerRequest,
    ServerResponse,
    error_response,
    json_response,
)

_RETRIEVE = ("retrieveVideo",)


def _forgetting(operations: tuple[str, ...], *, status: int = 200) -> Callable[[], Mutation]:
    """Some operations still respond with deleted jobs, in their last state."""

    def make() -> Mutation:
        last: dict[tuple[str, str], ServerResponse] = {}
        deleted: set[str] = set()

        async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
            response = await serve(request)
            if request.operation == "deleteVideo" and response.ok:
                deleted.add(request.job_id)
            key = request.operation, request.job_id
            if request.operation in operations:
                if response.ok:
                    last[key] = response
                elif request.job_id in deleted and key in last:
                    return ServerResponse(status, last[key].headers.mutablecopy(), last[key].body)
            return response

        return mutation

    return make


def _still_listed() -> Mutation:
    jobs: dict[str, dict[str, Any]] = {}
    deleted: set[str] = set()

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        data = response.json()
        for video in videos_in(data) if response.ok else ():
            if request.operation in VIDEO_OPERATIONS:
                jobs[str(video["id"])] = video
        if request.operation == "deleteVideo" and response.ok:
            deleted.add(request.job_id)
        if request.operation == "listVideos" and response.ok and "after" not in request.query:
            data["data"] += [jobs[job] for job in sorted(deleted) if job in jobs]
            response.set_json(data)
        return response

    return mutation


def _failing_second_delete() -> Mutation:
    deleted: set[str] = set()

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation == "deleteVideo":
            if response.ok:
                deleted.add(request.job_id)
            elif request.job_id in deleted:
                response.status = 500
        return response

    return mutation


def _not_deleting() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        if request.operation != "deleteVideo":
            return await serve(request)
        found = await serve(_as_get(request))
        if not found.ok:
            return found
        return json_response(
            200, {"id": request.job_id, "object": "video.deleted", "deleted": True}
        )

    return mutation


def _as_get(request: ServerRequest) -> ServerRequest:
    return replace(request, method="GET")


def _found_late() -> Mutation:
    """A job can only be retrieved after a few requests."""
    reads: dict[str, int] = {}

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation == "retrieveVideo" and response.ok:
            reads[request.job_id] = reads.get(request.job_id, 0) + 1
            if reads[request.job_id] <= 2:
                return await serve(_to_unknown_job(request))
        return response

    return mutation


def _to_unknown_job(request: ServerRequest) -> ServerRequest:
    return replace(request, path=f"{request.path}0")


def _no_parent(video: dict[str, Any]) -> None:
    video.pop("remixed_from_video_id", None)


def _self_parent(video: dict[str, Any]) -> None:
    if "remixed_from_video_id" in video:
        video["remixed_from_video_id"] = video["id"]


def _same_again() -> Mutation:
    """Every create responds with the first job."""
    first: list[ServerResponse] = []

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation != "createVideo" or not response.ok:
            return response
        first.append(response)
        return ServerResponse(200, first[0].headers.mutablecopy(), first[0].body)

    return mutation


def _no_json(request: ServerRequest) -> ServerResponse | None:
    if request.operation == "createVideo" and request.media_type == "application/json":
        return error_response(415, "multipart/form-data only")
    return None


def _other_id(data: dict[str, Any]) -> None:
    data["id"] = f"{data['id'][:-1]}{'1' if data['id'].endswith('0') else '0'}"


DEFECTS = (
    Defect("L06", "a deleted job can be read", _RETRIEVE, ("deletion",), _forgetting(_RETRIEVE)),
    Defect("L07", "a deleted job is listed", ("listVideos",), ("deletion",), _still_listed),
    Defect("L08", "a second delete is a 500", ("deleteVideo",), ("deletion",),
           _failing_second_delete),
    Defect("L19", "a new job cannot be read at first", _RETRIEVE, ("read_your_write",),
           _found_late),
    Defect("L20", "deleting does nothing", ("deleteVideo", *READS), ("deletion",),
           _not_deleting),
    Defect("L21", "a deleted job's content can be downloaded", ("downloadVideoContent",),
           ("deletion",), _forgetting(("downloadVideoContent",))),
    Defect("L23", "a remix does not name its parent", ("remixVideo",), ("remix",),
           changing_videos(_no_parent)),
    Defect("L24", "a remix names itself as its parent", ("remixVideo",), ("remix",),
           changing_videos(_self_parent)),
    Defect("L25", "two creates answer with one id", ("createVideo",), ("identifiers",),
           _same_again, jobs=3),
    Defect("L26", "JSON is not taken", ("createVideo",), ("documented_requests",),
           instead(_no_json)),
    Defect("L27", "a deletion names another job", ("deleteVideo",), ("deletion",),
           changing_success(("deleteVideo",), _other_id)),
)  # fmt: skip
