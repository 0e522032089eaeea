"""Lists that are wrong: pages, order, members, and what they say about jobs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.defects.defect import Defect, asking_otherwise, changing_success
from contract_tests.defects.wrapping import Answer, Asked, Mutation, Serve

_LIST = ("listVideos",)


def _asking(**changes: str | None) -> Callable[[], Mutation]:
    """Lists asked for in another way than the caller did."""

    def change(asked: Asked) -> Asked:
        if asked.operation not in _LIST or asked.query.get("limit") == "bad":
            return asked
        kept = {name: value for name, value in asked.query.items() if name not in changes}
        new = {name: value for name, value in changes.items() if value is not None}
        return replace(asked, query={**kept, **new})

    return asking_otherwise(change)


def _on_list(change: Callable[[dict[str, Any]], Any]) -> Callable[[], Mutation]:
    return changing_success(_LIST, change)


def _after_included() -> Mutation:
    """Pages that begin with the last job of the page before."""

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        after = asked.query.get("after")
        if asked.operation in _LIST and answer.ok and after:
            job = await serve(replace(asked, path=f"{asked.path}/{after}", query={}).with_headers())
            data = answer.json()
            data["data"] = [job.json(), *data["data"]]
            answer.set_json(data)
        return answer

    return mutation


def _newest_missing() -> Mutation:
    """The newest job of a list is not there yet."""

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        data = answer.json()
        newest_first = asked.query.get("order", "desc") == "desc"
        if asked.operation in _LIST and answer.ok and newest_first and "after" not in asked.query:
            data["data"] = data["data"][1:]
            answer.set_json(data)
        return answer

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
    Defect("P01", "limit is ignored", _LIST, ("pagination",), _asking(limit=None)),
    Defect("P02", "after is ignored", _LIST, ("pagination",), _asking(after=None)),
    Defect("P03", "order is ignored", _LIST, ("list_order",), _asking(order=None)),
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
           _asking(order="asc")),
)  # fmt: skip
