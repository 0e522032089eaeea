"""Jobs that are there when they should not be, or not when they should; and wrong kinship."""

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
    Answer,
    Asked,
    Mutation,
    Serve,
    error_answer,
    json_answer,
)

_RETRIEVE = ("retrieveVideo",)


def _forgetting(operations: tuple[str, ...], *, status: int = 200) -> Callable[[], Mutation]:
    """Deleted jobs that some operations go on to show as they last were."""

    def make() -> Mutation:
        last: dict[tuple[str, str], Answer] = {}
        deleted: set[str] = set()

        async def mutation(asked: Asked, serve: Serve) -> Answer:
            answer = await serve(asked)
            if asked.operation == "deleteVideo" and answer.ok:
                deleted.add(asked.job_id)
            key = asked.operation, asked.job_id
            if asked.operation in operations:
                if answer.ok:
                    last[key] = answer
                elif asked.job_id in deleted and key in last:
                    return Answer(status, last[key].headers.mutablecopy(), last[key].body)
            return answer

        return mutation

    return make


def _still_listed() -> Mutation:
    jobs: dict[str, dict[str, Any]] = {}
    deleted: set[str] = set()

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        data = answer.json()
        for video in videos_in(data) if answer.ok else ():
            if asked.operation in VIDEO_OPERATIONS:
                jobs[str(video["id"])] = video
        if asked.operation == "deleteVideo" and answer.ok:
            deleted.add(asked.job_id)
        if asked.operation == "listVideos" and answer.ok and "after" not in asked.query:
            data["data"] += [jobs[job] for job in sorted(deleted) if job in jobs]
            answer.set_json(data)
        return answer

    return mutation


def _failing_second_delete() -> Mutation:
    deleted: set[str] = set()

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        if asked.operation == "deleteVideo":
            if answer.ok:
                deleted.add(asked.job_id)
            elif asked.job_id in deleted:
                answer.status = 500
        return answer

    return mutation


def _not_deleting() -> Mutation:
    async def mutation(asked: Asked, serve: Serve) -> Answer:
        if asked.operation != "deleteVideo":
            return await serve(asked)
        found = await serve(_as_get(asked))
        if not found.ok:
            return found
        return json_answer(200, {"id": asked.job_id, "object": "video.deleted", "deleted": True})

    return mutation


def _as_get(asked: Asked) -> Asked:
    return replace(asked, method="GET")


def _late_to_know() -> Mutation:
    """A reader that learns of a job a few reads late."""
    reads: dict[str, int] = {}

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        if asked.operation == "retrieveVideo" and answer.ok:
            reads[asked.job_id] = reads.get(asked.job_id, 0) + 1
            if reads[asked.job_id] <= 2:
                return await serve(_of_nobody(asked))
        return answer

    return mutation


def _of_nobody(asked: Asked) -> Asked:
    return replace(asked, path=f"{asked.path}0")


def _no_parent(video: dict[str, Any]) -> None:
    video.pop("remixed_from_video_id", None)


def _self_parent(video: dict[str, Any]) -> None:
    if "remixed_from_video_id" in video:
        video["remixed_from_video_id"] = video["id"]


def _same_again() -> Mutation:
    """Every create answers with the first job."""
    first: list[Answer] = []

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        if asked.operation != "createVideo" or not answer.ok:
            return answer
        first.append(answer)
        return Answer(200, first[0].headers.mutablecopy(), first[0].body)

    return mutation


def _no_json(asked: Asked) -> Answer | None:
    if asked.operation == "createVideo" and asked.media_type == "application/json":
        return error_answer(415, "multipart/form-data only")
    return None


def _other_id(data: dict[str, Any]) -> None:
    data["id"] = f"{data['id'][:-1]}{'1' if data['id'].endswith('0') else '0'}"


DEFECTS = (
    Defect("L06", "a deleted job can be read", _RETRIEVE, ("deletion",), _forgetting(_RETRIEVE)),
    Defect("L07", "a deleted job is listed", ("listVideos",), ("deletion",), _still_listed),
    Defect("L08", "a second delete is a 500", ("deleteVideo",), ("deletion",),
           _failing_second_delete),
    Defect("L19", "a new job cannot be read at first", _RETRIEVE, ("read_your_write",),
           _late_to_know),
    Defect("L20", "deleting does nothing", ("deleteVideo", *READS), ("deletion",),
           _not_deleting),
    Defect("L21", "a deleted job's content can be downloaded", ("downloadVideoContent",),
           ("deletion",), _forgetting(("downloadVideoContent",))),
    Defect("L23", "a remix does not name its parent", ("remixVideo",), ("remix",),
           changing_videos(_no_parent), jobs=5),
    Defect("L24", "a remix names itself as its parent", ("remixVideo",), ("remix",),
           changing_videos(_self_parent), jobs=5),
    Defect("L25", "two creates answer with one id", ("createVideo",), ("identifiers",),
           _same_again),
    Defect("L26", "JSON is not taken", ("createVideo",), ("documented_requests",),
           instead(_no_json)),
    Defect("L27", "a deletion names another job", ("deleteVideo",), ("deletion",),
           changing_success(("deleteVideo",), _other_id)),
)  # fmt: skip
