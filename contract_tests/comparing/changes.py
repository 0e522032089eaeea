"""The polls of jobs as changes of status, and what should never happen on the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from contract_tests.deriving.traffic import Sample, Traffic

_FIXED = ("id", "model", "created_at", "seconds", "size", "object", "prompt")
_OF_END = ("completed_at", "expires_at")
_LONG = 3
_FULL = 100


@dataclass
class Changes:
    """What the polls of all jobs showed.

    Attributes:
        changes: each change from one word to the next.
        words: how many samples in succession had a word, at most.
        oddities: progress that fell, fields that changed, jobs that moved after their end.
        progress: whether it rises or stands still while a job runs.
        kept: how long content is kept, where jobs of different lengths show it.
    """

    changes: set[tuple[str, str]] = field(default_factory=set)
    words: dict[str, int] = field(default_factory=dict)
    oddities: set[str] = field(default_factory=set)
    progress: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def leads(self, before: str, after: str) -> bool:
        """Whether one word comes before another, in one change or in several."""
        reached, left = set[str](), [before]
        while left:
            here = left.pop()
            for first, second in self.changes:
                if first == here and second not in reached:
                    reached.add(second)
                    left.append(second)
        return after in reached


def changes_of(traffic: Traffic) -> Changes:
    """What the polls of some traffic showed."""
    found = Changes()
    for samples in traffic.histories.values():
        for is_video in (True, False):
            own = [each for each in samples if each.is_video is is_video]
            found.words |= _longest(found, own)
            found.changes |= {(one.word, two.word) for one, two in pairwise(own)
                              if one.word != two.word}  # fmt: skip
            found.oddities.update(_oddities(traffic, own))
            found.progress.update(_progress(traffic, own))
    found.kept.update(_kept(traffic))
    return found


def _longest(found: Changes, samples: Sequence[Sample]) -> dict[str, int]:
    longest = dict(found.words)
    run = 0
    for place, each in enumerate(samples):
        run = run + 1 if place and samples[place - 1].word == each.word else 1
        longest[each.word] = max(longest.get(each.word, 0), run)
    return longest


def _oddities(traffic: Traffic, samples: Sequence[Sample]) -> Iterator[str]:
    for one, two in pairwise(samples):
        yield from _moves(one, two)
        for name in _FIXED:
            if name in one.data and name in two.data and one.data[name] != two.data[name]:
                yield f"'{name}' changes while a job lives"
        if traffic.stage(one.word) in ("completed", "failed") and one.word == two.word:
            yield from (f"'{name}' changes after a job's end" for name in _OF_END
                        if one.data.get(name) != two.data.get(name))  # fmt: skip
    for each in samples:
        yield from _times(each)
        if traffic.stage(each.word) == "completed" and each.progress not in (None, _FULL):
            yield "a completed job is not at 100 percent"


def _progress(traffic: Traffic, samples: Sequence[Sample]) -> Iterator[str]:
    shown = [each.progress for each in samples if traffic.stage(each.word) == "running"]
    if len(shown) > _LONG:
        yield "progress rises while a job runs" if len(set(shown)) > 1 else "progress stands still"


def _kept(traffic: Traffic) -> Iterator[str]:
    """How long content is kept, from the one of two instants from which it is the same for all."""
    names = ("created_at", "completed_at", "expires_at")
    times = {
        each.job: tuple(float(each.data[name]) for name in names)
        for each in traffic.videos
        if all(isinstance(each.data.get(name), int | float) for name in names)
    }
    if len({done - made for made, done, _ in times.values()}) > 1:
        since_made = {until - made for made, _, until in times.values()}
        since_done = {until - done for _, done, until in times.values()}
        if len(since_made) == 1:
            yield f"content is kept {since_made.pop():g} s from creation"
        elif len(since_done) == 1:
            yield f"content is kept {since_done.pop():g} s from completion"


def _moves(one: Sample, two: Sample) -> Iterator[str]:
    before, after = one.progress, two.progress
    if before is not None and after is not None and after < before and one.word == two.word:
        yield f"progress falls while a job is {one.word}"


def _times(sample: Sample) -> Iterator[str]:
    created, done = sample.data.get("created_at"), sample.data.get("completed_at")
    until = sample.data.get("expires_at")
    if isinstance(created, int | float) and isinstance(done, int | float) and done < created:
        yield "a job completes before it was created"
    if isinstance(done, int | float) and isinstance(until, int | float) and until < done:
        yield "content expires before completion"


def differences(one: Changes, other: Changes) -> Iterator[tuple[str, str]]:
    """What only the first showed, as a key and a text; what the other could not see is left out."""
    for before, after in sorted(one.changes):
        is_new = before not in other.words or after not in other.words
        if is_new:
            word = before if before not in other.words else after
            if one.words.get(word, 0) >= _LONG and _reached_the_same_end(one, other):
                yield f"status {word}", f"a job is {word}"
        elif not other.leads(before, after) and other.leads(after, before):
            yield f"status {before} {after}", f"a job goes from {before} to {after}"
    pairs = ((one.progress, other.progress), (one.kept, other.kept))
    unlike = [mine - theirs for mine, theirs in pairs if theirs and not mine & theirs]
    for text in sorted((one.oddities - other.oddities).union(*unlike)):
        yield text, text


def _reached_the_same_end(one: Changes, other: Changes) -> bool:
    ends = {after for _, after in one.changes} - {before for before, _ in one.changes}
    return not ends or bool(ends & set(other.words))
