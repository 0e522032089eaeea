"""What a client does wrong, judged by what it did while nothing went wrong.

A test is judged without knowing its code: one that fails, or a command that ends with an error, has
noticed that something is wrong, and that is right.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from video_gateway_mock.drill.facts import HUNG, PASSED, Facts

HANGS, PAYS_TWICE = "hangs", "pays twice"
KEEPS_HALF, FALSE_SUCCESS = "keeps half a file", "reports success for a failure"
KINDS = (HANGS, PAYS_TWICE, KEEPS_HALF, FALSE_SUCCESS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One of ``KINDS``, and what shows it."""

    kind: str
    detail: str


def judge(ordinary: Facts, facts: Facts) -> list[Finding]:
    """The findings of one run, compared with the run in which nothing went wrong."""
    return [Finding(kind, detail) for kind, detail in _found(ordinary, facts) if detail]


def _found(ordinary: Facts, facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.outcome == HUNG:
        yield HANGS, facts.reason
    again = facts.paid_again[len(ordinary.paid_again) :]
    yield PAYS_TWICE, "; ".join(again)
    kept = sorted(set(facts.halves) - set(ordinary.halves))
    if kept:
        yield KEEPS_HALF, f"half a film is in {', '.join(kept)}"
    if facts.outcome != PASSED:
        return
    if ordinary.films and not facts.films:
        yield _without_film(facts, has_kept=bool(kept))
    elif ordinary.completed and not facts.completed:
        yield FALSE_SUCCESS, _failure(facts)


def _without_film(facts: Facts, *, has_kept: bool) -> tuple[str, str]:
    """It passes as it does with a film, but no whole film was delivered."""
    if facts.cut:
        detail = f"it passed, but each of {facts.cut} downloads broke off"
        return KEEPS_HALF, "" if has_kept else detail
    reason = _failure(facts) or "no film was delivered"
    return FALSE_SUCCESS, reason


def _failure(facts: Facts) -> str:
    """What failed before the client's eyes; empty if it saw nothing fail."""
    if facts.failed:
        return f"it passed, but {facts.failed} of {facts.jobs} jobs were shown to have failed"
    if facts.refused and not facts.jobs:
        return f"it passed, but each of {facts.refused} creates was refused"
    return ""
