"""Defects of described jobs, made of what a contract says of them (``x-job``)."""

from collections.abc import Callable, Iterator
from typing import Any

from contract_tests.contract.target_contract import TargetContract
from contract_tests.defects.defect import Defect
from contract_tests.defects.wrapping import (
    Mutation,
    Serve,
    ServerRequest,
    ServerResponse,
    error_response,
    json_response,
)
from openapi.jobs.roles import JobRole, Role, Steps, found_in

_UNKNOWN = "half-baked"
_HOUR_S = 3600
# Changes a response of an operation, given how often a job was seen in that state before.
Change = Callable[[JobRole, Any, int], None]


def described_defects(contract: TargetContract) -> Iterator[Defect]:
    """The defects that the reads and creates of a contract's described jobs can have."""
    roles = contract.roles.items()
    of_creates = tuple(name for name, role in roles if role.role is Role.CREATE)
    of_reads = tuple(name for name, role in roles if role.role is Role.READ)
    for number, (summary, checks, role, change) in enumerate(_CHANGES, start=1):
        operations = of_creates if role is Role.CREATE else of_reads
        if any(_shows(contract.roles[each], change) for each in operations):
            make = _changing(contract, role, change)
            yield Defect(f"Q{number:02}", summary, operations, checks, make)
    served = _serving(contract)
    for number, (summary, checks, operations, make) in enumerate(served, start=len(_CHANGES) + 1):
        yield Defect(f"Q{number:02}", summary, operations, checks, make)


def _changing(contract: TargetContract, role: Role, change: Change) -> Callable[[], Mutation]:
    def make() -> Mutation:
        seen: dict[tuple[str, str], int] = {}

        async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
            response = await serve(request)
            operation = contract.match(request.method, request.path)
            found = contract.roles.get(operation.id) if operation else None
            data = response.json()
            if found is None or found.role is not role or not response.ok or data is None:
                return response
            state = str(_get(data, found.at("id"))), str(_get(data, found.at("status")))
            seen[state] = seen.get(state, 0) + 1
            change(found, data, seen[state])
            response.set_json(data)
            return response

        return mutation

    return make


def _serving(
    contract: TargetContract,
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...], Callable[[], Mutation]]]:
    """Defects of whole responses."""

    def role_of(request: ServerRequest) -> JobRole | None:
        operation = contract.match(request.method, request.path)
        return contract.roles.get(operation.id) if operation else None

    def reads(answer: Callable[[ServerResponse], ServerResponse]) -> Callable[[], Mutation]:
        async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
            role, response = role_of(request), await serve(request)
            return answer(response) if role and role.role is Role.READ else response

        return lambda: mutation

    names = tuple(name for name, role in contract.roles.items() if role.role is Role.READ)
    yield (
        "a job that was just created cannot be read",
        ("read_your_write",),
        names,
        reads(lambda response: error_response(404, "gone") if response.ok else response),
    )
    yield (
        "an unknown job is answered as if it were there",
        ("documented_answers",),
        names,
        reads(lambda response: response if response.ok else json_response(200, {})),
    )


def _shows(role: JobRole, change: Change) -> bool:
    """Whether a response has what a change is about."""
    needed = _NEEDS.get(change, "status")
    return role.at(needed) is not None


def _get(data: Any, steps: Steps | None) -> Any:
    return next(iter(found_in(data, steps or ())), None)


def _set(data: Any, steps: Steps | None, value: Any) -> None:
    """Put a value at a place; what is missing on the way is made."""
    for step, below in zip(steps or (), (steps or ())[1:], strict=False):
        empty: Any = [] if below.isdecimal() else {}
        if isinstance(data, list):
            data += [empty] * (int(step) + 1 - len(data))
            data = data[int(step)]
        else:
            data = data.setdefault(step, empty)
    if steps and isinstance(data, list):
        data[int(steps[-1]) :] = [value]
    elif steps:
        data[steps[-1]] = value


def _is(role: JobRole, data: Any, *stages: str) -> bool:
    return _get(data, role.at("status")) in [role.words[stage] for stage in stages]


def _unknown_word(role: JobRole, data: Any, _times: int) -> None:
    if _is(role, data, "running"):
        _set(data, role.at("status"), _UNKNOWN)


def _unknown_word_of_create(role: JobRole, data: Any, _times: int) -> None:
    _set(data, role.at("status"), _UNKNOWN)


def _goes_back(role: JobRole, data: Any, times: int) -> None:
    if _is(role, data, "running") and times > 1:
        _set(data, role.at("status"), role.words["queued"])


def _reopens(role: JobRole, data: Any, times: int) -> None:
    if _is(role, data, "completed") and times > 1:
        _set(data, role.at("status"), role.words["running"])


def _never_ends(role: JobRole, data: Any, _times: int) -> None:
    if _is(role, data, "completed"):
        _set(data, role.at("status"), role.words["running"])
        _remove(data, role.at("result"))


def _progress_falls(role: JobRole, data: Any, times: int) -> None:
    if _is(role, data, "running"):
        percent = max(0, 90 - 30 * times)
        written = {"percent": percent, "text": f"{percent}%", "fraction": percent / 100}
        _set(data, role.at("progress"), written[role.form("progress")])


def _other_id(role: JobRole, data: Any, times: int) -> None:
    _set(data, role.at("id"), f"other-{times}")


def _no_id(role: JobRole, data: Any, _times: int) -> None:
    _set(data, role.at("id"), None)


def _early_result(role: JobRole, data: Any, _times: int) -> None:
    if _is(role, data, "queued", "running"):
        _set(data, role.at("result"), "http://127.0.0.1/not-yet.mp4")


def _no_result(role: JobRole, data: Any, _times: int) -> None:
    _remove(data, role.at("result"))


def _broken_link(role: JobRole, data: Any, _times: int) -> None:
    if address := _get(data, role.at("result")):
        _set(data, role.at("result"), f"{address}-gone")


def _created_moves(role: JobRole, data: Any, times: int) -> None:
    later = times * _HOUR_S * (1000 if role.form("times.created") == "ms" else 1)
    _set(data, role.at("times.created"), int(_get(data, role.at("times.created")) or 0) + later)


def _remove(data: Any, steps: Steps | None) -> None:
    if steps is None:
        return
    above = _get(data, steps[:-1])
    if isinstance(above, dict):
        above.pop(steps[-1], None)
    elif isinstance(above, list) and int(steps[-1]) < len(above):
        del above[int(steps[-1])]


# What a change needs a place of, if that is not the status.
_NEEDS: dict[Change, str] = {
    _progress_falls: "progress",
    _other_id: "id",
    _early_result: "result",
    _no_result: "result",
    _broken_link: "result",
    _created_moves: "times.created",
}
_CHANGES: tuple[tuple[str, tuple[str, ...], Role, Change], ...] = (
    ("a running job has an unknown status", ("status_order",), Role.READ, _unknown_word),
    ("a new job has an unknown status", ("status_order",), Role.CREATE, _unknown_word_of_create),
    ("a running job waits again", ("status_order",), Role.READ, _goes_back),
    ("a completed job runs again", ("terminal",), Role.READ, _reopens),
    ("no job ends", ("jobs_end",), Role.READ, _never_ends),
    ("progress falls", ("progress",), Role.READ, _progress_falls),
    ("each read shows another id", ("immutable",), Role.READ, _other_id),
    ("a create has no id", ("documented_answers",), Role.CREATE, _no_id),
    ("a result is shown before the end", ("video_url",), Role.READ, _early_result),
    ("a completed job has no result", ("video_url",), Role.READ, _no_result),
    ("the address of a result leads nowhere", ("linked_files",), Role.READ, _broken_link),
    ("when a job was created changes", ("immutable",), Role.READ, _created_moves),
)
