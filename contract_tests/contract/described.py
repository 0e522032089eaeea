"""What a response shows of a job, where a contract describes its jobs (``x-job``)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from contract_tests.contract.target_contract import TargetContract
from openapi.jobs.roles import JobRole, found_in


def described_state(contract: TargetContract, operation: str, body: Any) -> Mapping[str, Any]:
    """The job in a response of a described operation, with the names and words of ``/v1/videos``.

    A status word that the description does not have stays as it is.
    """
    state = dict(_facts(contract, contract.roles[operation], body))
    # Some services show the end of a failed job, too.
    if not contract.stages.completed(state.get("status")):
        state.pop("completed_at", None)
    return state


def _facts(contract: TargetContract, role: JobRole, body: Any) -> Iterator[tuple[str, Any]]:
    stages = {word: stage for stage, word in role.words.items()}
    for fact, name in _NAMES.items():
        steps = role.at(fact)
        found = found_in(body, steps) if steps else ()
        # A service may show a time or an address that there is not yet as 0 or as an empty text.
        if not found or (fact in _EMPTY_AT_FIRST and not found[0]):
            continue
        (value,) = found
        if fact == "status":
            stage = stages.get(str(value), "")
            value = contract.dialect.statuses.get(_ENDED.get(stage, stage), value)
        elif fact == "progress":
            value = _percent(role.form("progress"), value)
        elif fact.startswith("times."):
            value = _seconds(role.form(fact), value)
        yield name, value
    steps = role.at("error.message")
    for message in found_in(body, steps) if steps else ():
        if message not in (None, ""):
            yield "error", {"code": "error", "message": str(message)}


_NAMES = {
    "id": "id",
    "status": "status",
    "progress": "progress",
    "result": "video_url",
    "times.created": "created_at",
    "times.ended": "completed_at",
    "order.model": "model",
}
_EMPTY_AT_FIRST = frozenset({"result", "times.ended"})
# A job that was cancelled has failed.
_ENDED = {"cancelled": "failed"}


def _percent(form: str, value: Any) -> Any:
    """A progress in percent; what is not of its form stays as it is."""
    try:
        if form == "text":
            return float(str(value).removesuffix("%"))
        return float(value) * 100 if form == "fraction" else value
    except (TypeError, ValueError):
        return value


def _seconds(unit: str, value: Any) -> Any:
    """An instant in seconds since 1970; what is not of its unit stays as it is."""
    try:
        if unit == "iso":
            return int(datetime.fromisoformat(str(value)).timestamp())
        return int(value) // 1000 if unit == "ms" else value
    except (TypeError, ValueError, OverflowError):
        return value
