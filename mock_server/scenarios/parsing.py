"""Reads scenario files. An invalid file is rejected as a whole, with the line and the reason."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mock_server.domain.job import JobError, Stage
from mock_server.domain.ranges import SPAN_S, TIMES, Range
from mock_server.domain.scenario import Refusal, Scenario, Step
from openapi.documents.located import Located, load
from openapi.errors import SpecError

_MOST_PROGRESS = 100
_REFUSALS = Range(400, 599)
# Each job keeps its steps.
_MOST_STEPS = 100
_QUANTILES = range(2, 102)
_STEP_KEYS = frozenset({"stage", "seconds", "times", "forever", "progress", "word", "spread"})
_KEYS = frozenset(
    {
        *("summary", "steps", "ends", "word", "error", "retention_s", "content", "refunded"),
        *("refusal", "answered"),
    }
)


class _WrongError(Exception):
    """What is wrong, and the pointer to the part within its scenario."""


def load_scenarios(*paths: Path) -> dict[str, Scenario]:
    """The scenarios of several files by name; those of later files replace earlier ones.

    Raises:
        SpecError: a file cannot be read, or a scenario in it is invalid.
    """
    return {scenario.name: scenario for path in paths for scenario in _read(path)}


def _read(path: Path) -> Iterator[Scenario]:
    located = load(path)
    if not isinstance(located.data, dict):
        raise _refusal(path, 1, "the file is not a table of scenarios by name")
    for name, row in located.data.items():
        try:
            yield _scenario(str(name), row)
        except _WrongError as wrong:
            raise _refusal(path, _line(located, name, wrong), f"'{name}' {wrong}") from wrong


def _line(located: Located, name: str, wrong: _WrongError) -> int:
    """The line of the part that is wrong; the scenario's if the part has none."""
    pointer = (name, *wrong.args[1:])
    try:
        return located.line(pointer)
    except KeyError:
        return located.line((name,))


def _scenario(name: str, row: Any) -> Scenario:
    if not isinstance(row, dict) or not isinstance(row.get("summary"), str):
        raise _WrongError("has no summary")
    _known(row, _KEYS)
    raw_steps = row.get("steps", [])
    if not isinstance(raw_steps, list):
        raise _WrongError("has steps that are not a list", "steps")
    if len(raw_steps) > _MOST_STEPS:
        raise _WrongError(f"has more than {_MOST_STEPS} steps", "steps")
    ends = _stage(row.get("ends", "completed"), "ends")
    if ends not in (Stage.COMPLETED, Stage.FAILED):
        raise _WrongError("can only end completed or failed", "ends")
    error = _error(row.get("error"))
    if ends is Stage.FAILED and error is None:
        raise _WrongError("fails without an error: give it a code and a message", "ends")
    return Scenario(
        name=name,
        summary=row["summary"],
        steps=tuple(_step(raw, index) for index, raw in enumerate(raw_steps)),
        ends=ends,
        word=_optional(row, "word", str),
        error=error,
        retention_s=_length(row, "retention_s"),
        content=row.get("content", True) is True,
        refunded=row.get("refunded", False) is True,
        refusal=_refused(row.get("refusal")),
        answered=row.get("answered", True) is True,
    )


def _step(raw: Any, index: int) -> Step:
    at = ("steps", index)
    if not isinstance(raw, dict):
        raise _WrongError(f"has a step {index + 1} that is not a table", *at)
    _known(raw, _STEP_KEYS, *at)
    stage = _stage(raw.get("stage"), *at)
    if stage not in (Stage.QUEUED, Stage.RUNNING):
        raise _WrongError(f"has a step {index + 1} with a stage other than queued or running", *at)
    times = _length(raw, "times", *at, within=TIMES)
    return Step(
        stage=stage,
        seconds=_length(raw, "seconds", *at),
        times=1.0 if times is None else times,
        forever=raw.get("forever", False) is True,
        progress=_progress(raw.get("progress", [0, 0]), at),
        word=_optional(raw, "word", str, *at),
        spread=_spread(raw.get("spread"), at),
    )


def _spread(raw: Any, at: tuple[str | int, ...]) -> tuple[float, ...]:
    if raw is None:
        return ()
    if (
        not isinstance(raw, list)
        or len(raw) not in _QUANTILES
        or not all(each in TIMES for each in raw)
        or raw != sorted(raw)
    ):
        raise _WrongError(
            f"needs a spread as {_QUANTILES[0]} to {_QUANTILES[-1]} numbers {TIMES}, the smallest "
            "first: the shortest length, evenly spaced quantiles, the longest, as multiples",
            *(*at, "spread"),
        )
    return tuple(map(float, raw))


def _progress(raw: Any, at: tuple[str | int, ...]) -> tuple[int, int]:
    whole = isinstance(raw, list) and [type(part) for part in raw] == [int, int]
    if not whole or not 0 <= raw[0] <= raw[1] <= _MOST_PROGRESS:
        raise _WrongError(
            "needs progress as two whole numbers from 0 to 100, the smaller first", *at, "progress"
        )
    return raw[0], raw[1]


def _known(row: Mapping[str, Any], keys: frozenset[str], *at: str | int) -> None:
    for key in row:
        if key not in keys:
            raise _WrongError(
                f"has the unknown key '{key}'; known: {', '.join(sorted(keys))}", *at, key
            )


def _stage(word: Any, *at: str | int) -> Stage:
    try:
        return Stage(word)
    except ValueError as error:
        raise _WrongError(
            f"has the unknown stage {word!r}; known: {', '.join(Stage)}", *at
        ) from error


def _optional(row: Mapping[str, Any], key: str, kind: type, *at: str | int) -> Any:
    value = row.get(key)
    if value is not None and not isinstance(value, kind):
        raise _WrongError(f"needs '{key}' as {kind.__name__}", *at, key)
    return value


def _length(
    row: Mapping[str, Any], key: str, *at: str | int, within: Range = SPAN_S
) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if value not in within:
        raise _WrongError(f"needs '{key}' as a number {within}", *at, key)
    return float(value)


def _error(raw: Any) -> JobError | None:
    if raw is None:
        return None
    if not isinstance(raw, dict) or set(raw) != {"code", "message"}:
        raise _WrongError("needs an error with a code and a message", "error")
    return JobError(str(raw["code"]), str(raw["message"]))


def _refused(raw: Any) -> Refusal | None:
    if raw is None:
        return None
    if not isinstance(raw, dict) or set(raw) != {"status", "code", "message"}:
        raise _WrongError("needs a refusal with a status, a code and a message", "refusal")
    if type(raw["status"]) is not int or raw["status"] not in _REFUSALS:
        raise _WrongError(
            f"needs a refusal's status as a whole number {_REFUSALS}", "refusal", "status"
        )
    return Refusal(status=raw["status"], code=str(raw["code"]), message=str(raw["message"]))


def _refusal(path: Path, line: int, why: str) -> SpecError:
    return SpecError(
        what="the scenarios cannot be used",
        where=str(path),
        line=line,
        why=why,
        remedy="the shipped scenarios show every key: 'gateway-mock scenarios'",
    )
