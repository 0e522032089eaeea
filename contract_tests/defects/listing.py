"""Wrong lists: pages, order, members, and the jobs in them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.defects.defect import Defect, changing_request, changing_success
from contract_tests.defects.wrapping import (
    Mutation,
    Serve,
    ServerRequest,
    ServerResponse,
    error_response,
)

_LIST = ("listVideos",)


def _changing_query(**changes: str | None) -> Callable[[], Mutation]:
    """Changes the query of the list."""

    def change(request: ServerRequest) -> ServerRequest:
        if request.operation not in _LIST or request.query.get("limit") == "bad":
            return request
        kept = {name: value for name, value in request.query.items() if name not in changes}
        new = {name: value for name, value in changes.items() if value is not None}
        return replace(request, query={**kept, **new})

    return changing_request(change)


def _on_list(change: Callable[[dict[str, Any]], Any]) -> Callable[[], Mutation]:
    return changing_success(_LIST, change)


def _after_included() -> Mutation:
    """Pages start with the last job of the page before."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        after = request.query.get("after")
        if request.operation in _LIST and response.ok and after:
            job = await serve(
                replace(request, path=f"{request.path}/{after}", query={}).with_headers()
            )
            data = response.json()
            data["data"] = [job.json(), *data["data"]]
            response.set_json(data)
        return response

    return mutation


def _newest_missing() -> Mutation:
    """The newest job is missing from the list."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        data = response.json()
        newest_first = request.query.get("order", "desc") == "desc"
        if (
            request.operation in _LIST
            and response.ok
            and newest_first
            and "after" not in request.query
        ):
            data["data"] = data["data"][1:]
            response.set_json(data)
        return response

    return mutation


def _stale(data: dict[str, Any]) -> None:
    for video in data["data"]:
        video |= {"status": "queued", "progress": 0}


def _first_id_wrong(data: dict[str, Any]) -> None:
    data["first_id"], data["last_id"] = data["last_id"], data["first_id"]


def _other_size(data: dict[str, Any]) -> None:
    for video in data["data"]:
        video["size"] = "1792x1024"


def _without_progress(data: dict[str, Any]) -> None:
    for video in data["data"]:
        video["progress"] = 0


def _only_first_page() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation in _LIST and response.ok and "after" in request.query:
            return error_response(404, "There is no such page.")
        return response

    return mutation


def _halved() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        if request.operation in _LIST and request.query.get("limit") == "2":
            request = replace(request, query={**request.query, "limit": "1"})
        return await serve(request)

    return mutation


def _ghost() -> Mutation:
    """The first page ends with a job that does not exist."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        data = response.json()
        if request.operation in _LIST and response.ok and data["data"]:
            ghost = {**data["data"][-1], "id": f"{data['data'][-1]['id'][:-4]}0000"}
            if request.query.get("after") != ghost["id"]:
                data["data"].append(ghost)
                data["last_id"] = ghost["id"]
                response.set_json(data)
        return response

    return mutation


def _deleted_cursor() -> Mutation:
    deleted: set[str] = set()

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        if request.operation in _LIST and request.query.get("after") in deleted:
            request = replace(request, query={})
        response = await serve(request)
        if request.operation == "deleteVideo" and response.ok:
            deleted.add(request.job_id)
        return response

    return mutation


DEFECTS = (
    Defect("P01", "limit is ignored", _LIST, ("pagination",), _changing_query(limit=None)),
    Defect("P02", "after is ignored", _LIST, ("pagination",), _changing_query(after=None)),
    Defect("P03", "order is ignored", _LIST, ("list_order",), _changing_query(order=None)),
    Defect("P04", "has_more is always false", _LIST, ("pagination",),
           _on_list(lambda data: data | {"has_more": False})),
    Defect("P05", "a page repeats the last job of the one before", _LIST, ("pagination",),
           _after_included),
    Defect("P06", "the newest job is missing", _LIST, ("list_complete",), _newest_missing),
    Defect("P07", "the list shows jobs as they were", _LIST, ("list_agrees",), _on_list(_stale)),
    Defect("P08", "first_id and last_id are swapped", _LIST, ("pagination",),
           _on_list(_first_id_wrong)),
    Defect("P09", "has_more is always true", _LIST, ("pagination",),
           _on_list(lambda data: data | {"has_more": True})),
    Defect("P10", "the list shows another size than the job", _LIST, ("list_agrees",),
           _on_list(_other_size)),
    Defect("P11", "the oldest jobs come first", _LIST, ("list_order",),
           _changing_query(order="asc")),
    Defect("P12", "has_more is true on a full last page", _LIST, ("pagination",),
           _on_list(lambda data: data | {"has_more": bool(data["data"])})),
    Defect("P13", "a page after another is refused", _LIST, ("pagination",), _only_first_page),
    Defect("P14", "a limit of two gives one", _LIST, ("pagination",), _halved),
    Defect("P15", "the list shows what has ended without its progress", _LIST, ("list_agrees",),
           _on_list(_without_progress)),
    Defect("P16", "a listed job cannot be retrieved", _LIST, ("list_agrees",), _ghost),
    Defect("P17", "a list after a deleted job starts anew", _LIST, ("after_deletion",),
           _deleted_cursor),
    Defect("P18", "a page has its last job twice", _LIST, ("distinct_entries",),
           _on_list(lambda data: data["data"].extend(data["data"][-1:]))),
)  # fmt: skip
