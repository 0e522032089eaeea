"""A job's timeline as a bar: its phases up to its end, filled as far as its clock has gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The part of a bar, in percent, that stands for a phase without an end.
_FOREVER = 25.0
_FULL = 100.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar; ``start`` and ``width`` are percent of it."""

    status: str
    start: float
    width: float
    endless: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar. ``filled`` is percent; while time runs it is full after ``seconds`` of real time.

    ``seconds`` is None if the bar does not move by itself.
    """

    segments: tuple[Segment, ...]
    filled: float
    target: float
    seconds: float | None
    status: str


def bar_of(job: Mapping[str, Any], now_ms: int, speed: float) -> Bar:
    """The bar of a job at an instant of its clock, which runs at ``speed``."""
    start, phases = job["created_ms"], job["phases"]
    known = max([phase["ends_ms"] or phase["starts_ms"] for phase in phases], default=start)
    endless = job["ends_ms"] is None
    scale = ((_FULL - _FOREVER) if endless else _FULL) / max(1, known - start)
    segments = tuple(_segment(phase, start, scale) for phase in phases)
    ended = job["status"] in ("completed", "failed")
    target = _FULL - _FOREVER if endless else _FULL
    filled = _FULL if ended else min(target, max(0.0, (now_ms - start) * scale))
    left_ms = known - now_ms
    moves = bool(speed) and not ended and left_ms > 0
    seconds = round(left_ms / 1000 / speed, 3) if moves else None
    return Bar(segments, round(filled, 2), target, seconds, job["status"])


def _segment(phase: Mapping[str, Any], start: int, scale: float) -> Segment:
    begins = round((phase["starts_ms"] - start) * scale, 2)
    if phase["ends_ms"] is None:
        return Segment(phase["status"], begins, round(_FULL - begins, 2), endless=True)
    width = (phase["ends_ms"] - phase["starts_ms"]) * scale
    return Segment(phase["status"], begins, round(width, 2))


def seen_at(job: Mapping[str, Any], instant_ms: int) -> str:
    """What a poll at an instant saw of a job: the status, and how far it was."""
    for phase in job["phases"]:
        ends = phase["ends_ms"]
        if ends is None or instant_ms < ends:
            return _seen(phase, instant_ms)
    return str(job["outcome"])


def _seen(phase: Mapping[str, Any], instant_ms: int) -> str:
    name = phase["word"] or phase["status"]
    first, last, ends = phase["progress_start"], phase["progress_end"], phase["ends_ms"]
    length = (ends or 0) - phase["starts_ms"]
    elapsed = max(0, instant_ms - phase["starts_ms"])
    progress = first + ((last - first) * elapsed // length if ends and length else 0)
    return f"{name} {progress} %" if progress else str(name)
