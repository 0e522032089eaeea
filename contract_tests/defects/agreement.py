"""Operations that show one job in two ways, jobs that vanish, and jobs too many."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from contract_tests.defects.defect import (
    Defect,
    changing,
    changing_success,
    changing_videos,
)
from contract_tests.defects.requests import fields_of
from contract_tests.defects.wrapping import (
    Mutation,
    Serve,
    ServerRequest,
    ServerResponse,
    error_response,
    json_response,
)

_RETRIEVE, _QUERY, _CREATE = ("retrieveVideo",), ("queryUnifiedVideo",), ("createVideo",)
_LIST, _REMIX = ("listVideos",), ("remixVideo",)
_EARLY = ("editVideo", "extendVideo")
# A job that nobody created.
_ID = "video_00000000-0000-4000-8000-00000000000"
_STRANGER: Mapping[str, Any] = {
    **{"id": f"{_ID}1", "object": "video", "model": "sora-2"},
    **{"status": "queued", "progress": 0, "created_at": 1767225500, "seconds": "4"},
    "size": "720x1280",
}


def _query(change: Callable[[dict[str, Any]], object]) -> Callable[[], Mutation]:
    def on_query(data: dict[str, Any]) -> None:
        change(data)

    return changing_success(_QUERY, on_query)


def _detail(part: str, **changes: Any) -> Callable[[], Mutation]:
    """Other values in one part of a query's details."""

    def change(data: dict[str, Any]) -> None:
        found = data.get("detail", {}).get(part)
        if isinstance(found, dict):
            found |= changes

    return _query(change)


def _linked_elsewhere(data: dict[str, Any]) -> None:
    if data.get("video_url"):
        data["video_url"] = data["video_url"].replace(".mp4", "-hd.mp4")


def _after_the_remix(**changes: Any) -> Callable[[], Mutation]:
    """What retrieving a job shows from its remix on."""

    def make() -> Mutation:
        remixed: set[str] = set()

        async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
            response = await serve(request)
            if request.operation in _REMIX and response.ok:
                remixed.add(request.job_id)
            if request.operation in _RETRIEVE and request.job_id in remixed and response.ok:
                response.set_json(response.json() | changes)
            return response

        return mutation

    return make


def _gone_after_reads(reads: int) -> Callable[[], Mutation]:
    """A finished job is forgotten after it was retrieved so often."""

    def make() -> Mutation:
        seen: dict[str, int] = {}

        async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
            response = await serve(request)
            if request.operation in _RETRIEVE and response.ok:
                is_done = response.json()["status"] == "completed"
                seen[request.job_id] = seen.get(request.job_id, 0) + is_done
                if seen[request.job_id] > reads:
                    return await serve(replace(request, path=f"{request.path}0"))
            return response

        return mutation

    return make


def _made_twice() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation in _CREATE and response.ok:
            await serve(request)
        return response

    return mutation


def _made_though_refused() -> Mutation:
    """Every refused create leaves a job in the list."""
    made: list[dict[str, Any]] = []

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation in _CREATE and response.status == 400:
            made.insert(0, {**_STRANGER, "id": f"{_ID[:-11]}{len(made):012d}"})
        if request.operation in _LIST and response.ok and "after" not in request.query:
            data = response.json()
            data["data"] = [*made[:5], *data["data"]]
            response.set_json(data)
        return response

    return mutation


def _made_by_refusals(
    operations: tuple[str, ...], is_worked_on: Callable[[dict[str, Any]], bool]
) -> Callable[[], Mutation]:
    """Some refused requests make a job all the same."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        is_refused = request.operation in operations and 400 <= response.status < 500
        if is_refused and request.key and is_worked_on(fields_of(request)):
            order = request.with_json({"model": "sora-2", "prompt": "A cat"})
            await serve(replace(order, path="/v1/videos"))
        return response

    return lambda: mutation


def _cut_prompts() -> Mutation:
    """Jobs show the beginning of their prompt."""
    prompts: dict[str, str] = {}

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation not in (*_CREATE, *_RETRIEVE) or not response.ok:
            return response
        job = response.json()
        if request.operation in _CREATE:
            prompts[job["id"]] = str(fields_of(request).get("prompt", ""))[:20]
        if job["id"] in prompts:
            response.set_json({**job, "prompt": prompts[job["id"]]})
        return response

    return mutation


def _expiring_later() -> Mutation:
    """Each read puts the expiry of a finished job off."""
    reads = count(1)

    def change(video: dict[str, Any]) -> None:
        if video["status"] == "completed":
            video["expires_at"] = video["created_at"] + 86_400 + next(reads)

    return changing_videos(change)()


def _behind(data: dict[str, Any]) -> None:
    pending = data.get("detail", {}).get("pending_info", {})
    if pending.get("progress_pct"):
        pending["progress_pct"] /= 2


def _equal_orders_once() -> Mutation:
    """An order that equals an earlier one gets the job of that."""
    known: dict[bytes, ServerResponse] = {}

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        if request.operation not in _CREATE or not request.key:
            return await serve(request)
        found = known.get(request.body)
        if found is not None:
            return ServerResponse(200, found.headers.mutablecopy(), found.body)
        response = await serve(request)
        if response.ok:
            known[request.body] = response
        return response

    return mutation


def _early_accepted() -> Mutation:
    """An edit or extension of an unfinished job is taken."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation in _EARLY and response.status == 409:
            return json_response(200, {**_STRANGER, "id": f"{_ID}9"})
        return response

    return mutation


def _early_failing(_request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 409:
        response.status = 404


def _linked(answer: Callable[[ServerRequest, ServerResponse], None]) -> Callable[[], Mutation]:
    """Other answers from the addresses that jobs show."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.path.startswith("/media/") and response.ok:
            answer(request, response)
        return response

    return lambda: mutation


def _closed(_request: ServerRequest, response: ServerResponse) -> None:
    response.status, response.body = 403, b""


def _locked(request: ServerRequest, response: ServerResponse) -> None:
    if not request.key:
        response.status, response.body = 401, error_response(401, "Send a key.").body


def _page(_request: ServerRequest, response: ServerResponse) -> None:
    response.body = b"<!DOCTYPE html><title>Player</title>"
    response.headers["content-type"] = "text/html"


def _still_linked() -> Mutation:
    """The addresses of deleted jobs still open."""
    files: dict[str, ServerResponse] = {}

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.path.startswith("/media/"):
            if response.ok:
                files[request.path] = response
            return files.get(request.path, response)
        return response

    return mutation


DEFECTS = (
    Defect("G01", "retrieving shows another creation time than the create", _RETRIEVE,
           ("create_agrees",),
           changing_videos(lambda video: video.update(created_at=video["created_at"] + 3600),
                           (*_RETRIEVE, *_LIST))),
    Defect("G02", "a finished job is forgotten", _RETRIEVE, ("job_remains",),
           _gone_after_reads(2)),
    Defect("G03", "a query's details name another model", _QUERY, ("unified_details",),
           _detail("input", model="sora-2-hd")),
    Defect("G04", "a query's details have another prompt", _QUERY, ("unified_details",),
           _detail("input", prompt="A dog")),
    Defect("G05", "a query shows other progress", _QUERY, ("unified_details",),
           _detail("pending_info", progress_pct=0.99)),
    Defect("G06", "a query has its last change before the creation", _QUERY, ("unified_details",),
           _query(lambda data: data.update(status_update_time=data["status_update_time"] - 10**8))),
    Defect("G07", "a query links to another film", _QUERY, ("unified_details",),
           _query(_linked_elsewhere)),
    Defect("G08", "a remix sets its parent back", _RETRIEVE, ("terminal",),
           _after_the_remix(status="in_progress", progress=50)),
    Defect("G09", "a remix renames its parent's model", _RETRIEVE, ("immutable",),
           _after_the_remix(model="sora-2-remixed")),
    Defect("G10", "a remix gives its parent a parent", _RETRIEVE, ("terminal",),
           _after_the_remix(remixed_from_video_id=_STRANGER["id"])),
    Defect("G11", "a remix has another model", _REMIX, ("remix",),
           changing_videos(lambda video: video.update(model="sora-2-pro"), _REMIX)),
    Defect("G12", "a create makes two jobs", _CREATE, ("one_job_each",), _made_twice),
    Defect("G13", "a refused create makes a job", _CREATE, ("refused_creates",),
           _made_though_refused),
    Defect("G20", "a refused edit or remix makes a job", _CREATE, ("refusals_make_nothing",),
           _made_by_refusals((*_EARLY, *_REMIX), lambda _fields: True),
           only=("blame", "refusals_make_nothing")),
    Defect("G21", "a refused size makes a job", _CREATE, ("refusals_make_nothing",),
           _made_by_refusals(_CREATE, lambda fields: fields.get("size") == "__none_of_these__"),
           only=("allowed_values", "refusals_make_nothing")),
    Defect("G22", "a query is behind with its progress", _QUERY, ("unified_details",),
           _query(_behind)),
    Defect("G23", "a query names another model", _QUERY, ("unified_details",),
           _query(lambda data: data.update(model="sora-2-hd"))),
    Defect("G24", "jobs show a part of their prompt", (*_CREATE, *_RETRIEVE), ("echo",),
           _cut_prompts),
    Defect("G25", "each read puts off when a job expires", _RETRIEVE, ("immutable",),
           _expiring_later),
    Defect("G26", "an equal order gets the job of an earlier one", _CREATE, ("identifiers",),
           _equal_orders_once, jobs=9),
    Defect("G14", "an unfinished job can be edited", ("editVideo",), ("remix_refusals",),
           _early_accepted),
    Defect("G15", "an unfinished job is not found when it is edited", _EARLY, ("remix_refusals",),
           changing(_EARLY, _early_failing)),
    Defect("G16", "the addresses of files are closed", (*_RETRIEVE, *_QUERY), ("linked_files",),
           _linked(_closed)),
    Defect("G17", "the addresses of files want a key", (*_RETRIEVE, *_QUERY), ("linked_files",),
           _linked(_locked)),
    Defect("G18", "the address of a film is a page", (*_RETRIEVE, *_QUERY), ("linked_files",),
           _linked(_page)),
    Defect("G19", "the address of a deleted film opens", ("deleteVideo",), ("after_deletion",),
           _still_linked),
)  # fmt: skip
