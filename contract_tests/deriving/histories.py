"""Derives scenarios from polls: how long jobs take in each stage, and what they show there.

A poll says only that a change lay between it and the poll before, so that each length is known as
an interval. Where one length lies in the intervals of all jobs it is taken for all; where none does
the lengths differ, and the scenario has a spread.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from contract_tests.deriving.traffic import Sample, Traffic

NAME = "recorded"
_ENDS = ("completed", "failed")
_FEWEST = 3
_FULL, _NEAR_ZERO = 99, 20
# Fewer values than this share of the samples mean that progress stands still between jumps.
_FEW_VALUES = 0.34
Interval = tuple[float, float]
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a job in a status: when it began and ended, each as an interval of seconds.

    ``ended`` is None for a job that was never seen to leave it.
    """

    word: str
    began: Interval
    ended: Interval | None
    samples: tuple[Sample, ...]

    @property
    def length(self) -> Interval | None:
        """The shortest and the longest time that it can have taken; None if it did not end."""
        if self.ended is None:
            return None
        return max(0.0, self.ended[0] - self.began[1]), self.ended[1] - self.began[0]


@dataclass(frozen=True, slots=True)
class History:
    """What one job did: its stays until its end, and its end; None where it was not seen."""

    stays: tuple[Stay, ...]
    end: Sample | None
    content: bool

    @property
    def kind(self) -> tuple[str, str, bool]:
        """What jobs that did the same have in common."""
        if self.end is None:
            return self.stays[-1].word, "", True
        error = self.end.data.get("error")
        code = str(error.get("code")) if isinstance(error, Mapping) else ""
        return self.end.word, code, self.content


def histories_of(traffic: Traffic) -> list[History]:
    """What each job did that was created and polled in some traffic."""
    found = []
    for job, samples in traffic.histories.items():
        own = [each for each in samples if each.is_video] or list(samples)
        if len(own) > 1:
            found.append(_history(traffic, job, own))
    return found


def _history(traffic: Traffic, job: str, samples: Sequence[Sample]) -> History:
    start = samples[0].exchange.at_s
    runs: list[list[Sample]] = []
    for each in samples:
        if not runs or runs[-1][0].word != each.word:
            runs.append([])
        runs[-1].append(each)
        if traffic.stage(each.word) in _ENDS:
            break
    last = runs[-1][0]
    is_over = traffic.stage(last.word) in _ENDS
    changes: list[Interval] = [(0.0, 0.0)]
    for before, after in pairwise(runs):
        changes.append((before[-1].exchange.at_s - start, after[0].exchange.at_s - start))
    stays = [
        Stay(run[0].word, began, ended, tuple(run))
        for run, began, ended in zip(runs, changes, [*changes[1:], None], strict=True)
    ]
    return History(
        tuple(stays[:-1] if is_over else stays),
        last if is_over else None,
        _has_content(traffic, job) if is_over else True,
    )


def _has_content(traffic: Traffic, job: str) -> bool:
    """Whether a job's content could be downloaded; also where nobody tried after its end."""
    asked = [
        each for each in traffic.of("downloadVideoContent")
        if job in each.request.path and "?" not in each.request.target
    ]  # fmt: skip
    ends = [each.exchange.number for each in traffic.histories[job]
            if traffic.stage(each.word) == "completed"]  # fmt: skip
    after = [each for each in asked if ends and each.number > ends[0]]
    return not after or any(each.status in (200, 206) for each in after)


def scenarios_of(traffic: Traffic) -> tuple[dict[str, Data], dict[str, int]]:
    """The scenarios by name, and how many jobs followed each; the most frequent is ``recorded``."""
    kinds: dict[tuple[str, str, bool], list[History]] = {}
    for each in histories_of(traffic):
        kinds.setdefault(each.kind, []).append(each)
    ordered = sorted(kinds.values(), key=len, reverse=True)
    found: dict[str, Data] = {}
    counts: dict[str, int] = {}
    for alike in ordered:
        name = NAME if not found else f"{NAME}_{_suffix(traffic, alike[0])}"
        while name in found:
            name += "_too"
        found[name], counts[name] = _scenario(traffic, alike), len(alike)
    return found, counts


def _suffix(traffic: Traffic, history: History) -> str:
    if history.end is None:
        return "unended"
    return traffic.stage(history.end.word) + ("" if history.content else "_without_content")


def _scenario(traffic: Traffic, alike: Sequence[History]) -> Data:
    end = alike[0].end
    seen = [each.exchange for history in alike for stay in history.stays for each in stay.samples]
    jobs = "1 job" if len(alike) == 1 else f"{len(alike)} jobs"
    source = traffic.evidence(seen)["source"]
    found: Data = {
        "summary": f"What {jobs} did in cassette {traffic.name} ({source}; verified).",
        "steps": list(_steps(traffic, alike)),
    }
    if end is None:
        return found
    stage = traffic.stage(end.word)
    if end.word != traffic.words.get(stage):
        found["word"] = end.word
    if stage == "failed":
        error = end.data.get("error")
        known = error if isinstance(error, Mapping) else {}
        found["ends"] = stage
        code, message = known.get("code", "failed"), known.get("message", "Failed.")
        found["error"] = {"code": str(code), "message": str(message)}
    elif not alike[0].content:
        found["content"] = False
    return found


def _steps(traffic: Traffic, alike: Sequence[History]) -> Iterator[Data]:
    stage = "queued"
    for word in _words_in_order(alike):
        stays = [stay for each in alike for stay in each.stays if stay.word == word]
        known = traffic.stage(word)
        stage = known if known in ("queued", "running") else stage
        step: Data = {"stage": stage, **_length(stays, alike)}
        ends = [each.end.progress for each in alike
                if each.end and traffic.stage(each.end.word) == "failed"]  # fmt: skip
        progress = _progress(stays, [each for each in ends if each is not None])
        if stage == "running" and progress != (0, 0):
            step["progress"] = list(progress)
        if word != traffic.words.get(stage):
            step["word"] = word
        yield step


def _words_in_order(alike: Sequence[History]) -> list[str]:
    """The words of unended statuses, in the order in which jobs went through them."""
    places: dict[str, list[int]] = {}
    for each in alike:
        for place, stay in enumerate(each.stays):
            places.setdefault(stay.word, []).append(place)
    return sorted(places, key=lambda word: median(places[word]))


def _length(stays: Sequence[Stay], alike: Sequence[History]) -> Data:
    known = [each for stay in stays if (each := stay.length) is not None]
    if not known:
        return {"forever": True}
    least, most = max(low for low, _ in known), min(high for _, high in known)
    if least <= most:
        return {"seconds": _rounded((least + most) / 2)}
    middles = sorted((low + high) / 2 for low, high in known)
    usual = median(middles)
    quantiles = [middles[0], usual, middles[-1]] if len(middles) < 5 else _quartiles(middles)
    return {
        "seconds": _rounded(usual),
        "spread": [round(each / usual, 3) if usual else 1 for each in quantiles],
    }


def _quartiles(values: Sequence[float]) -> list[float]:
    last = len(values) - 1
    return [values[round(last * share / 4)] for share in range(5)]


def _rounded(seconds: float) -> float:
    return round(seconds, 3)


def _progress(stays: Sequence[Stay], ends: Sequence[float]) -> tuple[int, int]:
    """The progress at the beginning and the end of a status; ``ends`` are those of failed jobs."""
    points = [point for stay in stays for point in _points(stay)]
    values = [value for _, value in points]
    if len(values) < _FEWEST:
        return 0, int(max((*values, *ends), default=0))
    if len(set(values)) <= max(1, _FEW_VALUES * len(values) / max(1, len(stays))):
        return int(min(values)), int(max(values))
    start, slope = _line(points)
    # Where the first poll comes late, a line that begins near zero begins at zero.
    first = 0 if start < _NEAR_ZERO else min(_FULL, round(start))
    last = max(ends) if ends else min(_FULL, round(start + slope))
    return first, int(max(first, *values, last))


def _points(stay: Stay) -> Iterator[tuple[float, float]]:
    """How far a stay was at each of its samples, from 0 to 1, and the progress there."""
    start = stay.samples[0].exchange.at_s - (stay.began[1] - stay.began[0]) / 2
    last = stay.samples[-1].exchange.at_s
    end = last + ((stay.ended[1] - stay.ended[0]) / 2 if stay.ended else 0)
    for each in stay.samples:
        if each.progress is not None:
            yield (each.exchange.at_s - start) / max(end - start, 1e-6), each.progress


def _line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Intercept and slope of the line through some points, by least squares."""
    count = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    across = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / across if across else 0.0
    return mean_y - slope * mean_x, slope
