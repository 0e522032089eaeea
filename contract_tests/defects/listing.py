"""Wrong lists: pages, order, members, and the jobs in them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.defects.defect import Defect, changing_request, changing_success
from contract_tests.defects.wrapping import Mutation, Serve, ServerRequest, ServerResponse

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
)  # fmt: skip
