"""Derives how jobs are shown: the form of ids, status words, the keys of the Video object."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contract_tests.deriving.traffic import STAGES, Sample, Traffic
from openapi.dialects.dialect import VIDEO_KEYS, Dialect

_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_HEX, _ALPHANUMERIC = re.compile("[0-9a-f]+"), re.compile("[A-Za-z0-9]+")
_PREFIX = re.compile(r"^(?:[A-Za-z]+[_-])*")
_TIME_DIGITS, _TIME_SLACK_S = 8, 120
_SHORTEST, _LONGEST = 9, 64
_FULL = 100
Data = dict[str, Any]


def ids_of(traffic: Traffic) -> Data | None:
    """The form of ids of new jobs; None where no job shows it, or a dialect cannot say it."""
    made = _first_of_each(traffic)
    if not made:
        return None
    prefix = _PREFIX.match(made[0].job)
    start = prefix[0] if prefix else ""
    rests = [each.job.removeprefix(start) for each in made if each.job.startswith(start)]
    facts = traffic.evidence(each.exchange for each in made)
    if len(rests) != len(made):
        return None
    if all(map(_UUID.fullmatch, rests)):
        return {**facts, "form": "uuid", "prefix": start}
    length = len(rests[0])
    if any(len(each) != length for each in rests) or not _SHORTEST <= length <= _LONGEST:
        return None
    if all(map(_HEX.fullmatch, rests)) and all(map(_has_time, made, rests)):
        return {**facts, "form": "time_hex", "prefix": start, "length": length}
    if all(map(_ALPHANUMERIC.fullmatch, rests)):
        return {**facts, "form": "alphanumeric", "prefix": start, "length": length}
    return None


def _first_of_each(traffic: Traffic) -> list[Sample]:
    """The first Video object of each job that was created here."""
    first: dict[str, Sample] = {}
    for each in traffic.videos:
        if each.job in traffic.histories:
            first.setdefault(each.job, each)
    return list(first.values())


def _has_time(sample: Sample, rest: str) -> bool:
    """Whether an id begins with its second of creation."""
    created = sample.data.get("created_at")
    second = int(rest[:_TIME_DIGITS], 16)
    instants = [sample.exchange.at_s, *([created] if isinstance(created, int | float) else [])]
    return any(abs(second - each) < _TIME_SLACK_S for each in instants)


def statuses_of(traffic: Traffic, base: Dialect) -> Data | None:
    """The word of each stage; those of stages that no job showed are the base's."""
    words = traffic.words
    if not words or not traffic.videos:
        return None
    unseen = [stage for stage in STAGES if stage not in words]
    facts = traffic.evidence(
        (_first_with(traffic, word) for word in words.values()),
        f"not seen, so inferred: {', '.join(unseen)}" if unseen else "",
    )
    shown = {each.word for each in traffic.videos}
    other = sorted(shown - {*words.values(), *(base.statuses[each] for each in unseen), ""})
    found: Data = {**facts, **{stage: words.get(stage, base.statuses[stage]) for stage in STAGES}}
    return {**found, "other": other} if other else found


def _first_with(traffic: Traffic, word: str) -> Any:
    return next(each.exchange for each in traffic.videos if each.word == word)


def video_of(traffic: Traffic, base: Dialect) -> Data | None:
    """The keys of the Video object in order, and whether those that do not apply yet are null."""
    videos = [each for each in traffic.videos if traffic.stage(each.word)]
    if not videos:
        return None
    orders = [[key for key in each.data if key in VIDEO_KEYS] for each in videos]
    explicit = any(each.data.get(key, "") is None for each in videos for key in _LATE)
    seen = _merged(orders)
    unknown = [] if explicit else [key for key in _not_yet(videos, traffic) if key not in seen]
    keys = _merged([seen, [key for key in base.video.keys if key in (*seen, *unknown)]])
    more = f"no job could show, so inferred: {', '.join(unknown)}" if unknown else ""
    others = sorted({key for each in videos for key in each.data} - set(VIDEO_KEYS))
    if others:
        more = "; ".join(filter(None, (more, f"a dialect cannot say: {', '.join(others)}")))
    facts = traffic.evidence((each.exchange for each in videos), more)
    return {**facts, "nulls": "explicit" if explicit else "left_out", "keys": keys}


# The keys that do not apply to each job from its creation on.
_LATE = tuple(key for key, always in VIDEO_KEYS.items() if not always)


def _not_yet(videos: Sequence[Sample], traffic: Traffic) -> Iterator[str]:
    """The keys that no job of the traffic had a reason to show."""
    stages = {traffic.stage(each.word) for each in videos}
    if "failed" not in stages:
        yield "error"
    if "completed" not in stages:
        yield from ("completed_at", "expires_at", "video_url")
    if not any(each.exchange.operation == "remixVideo" for each in videos):
        yield "remixed_from_video_id"


def _merged(orders: Sequence[Sequence[str]]) -> list[str]:
    """One order that agrees with all given, as far as they agree."""
    merged: list[str] = []
    for order in sorted(orders, key=len, reverse=True):
        for place, key in enumerate(order):
            if key not in merged:
                after = next((each for each in order[place + 1 :] if each in merged), None)
                merged.insert(merged.index(after) if after else len(merged), key)
    return merged


def progress_of(traffic: Traffic) -> Data | None:
    """Percentages that a stage shows whatever a job is at, or in the place of zero."""
    shown: dict[str, list[Sample]] = {}
    for each in traffic.videos:
        if each.progress is not None and (stage := traffic.stage(each.word)):
            shown.setdefault(stage, []).append(each)
    if not shown:
        return None
    always = {
        stage: int(found[0].progress or 0)
        for stage, found in shown.items()
        if _is_constant(found) and found[0].progress != _AT_REST.get(stage, found[0].progress)
    }
    zero = {"running": first} if (first := _instead_of_zero(traffic)) else {}
    facts = traffic.evidence(each.exchange for found in shown.values() for each in found)
    return {**facts, **({"always": always} if always else {}),
            **({"instead_of_zero": zero} if zero else {})}  # fmt: skip


# What a stage shows without a word of its own; a failed job shows where it failed.
_AT_REST: Mapping[str, int] = {"queued": 0, "completed": _FULL}


def _is_constant(samples: Sequence[Sample]) -> bool:
    return len({each.progress for each in samples}) == 1


def _instead_of_zero(traffic: Traffic) -> int:
    """The progress with which a stage begins before it shows less; 0 where none does."""
    for samples in traffic.histories.values():
        own = [each.progress for each in samples
               if each.is_video and traffic.stage(each.word) == "running"]  # fmt: skip
        known = [each for each in own if each is not None]
        if known and min(known) < known[0]:
            return int(known[0])
    return 0
