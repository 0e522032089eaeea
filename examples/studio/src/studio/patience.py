"""How long to wait, how often to retry, and by which clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import openai

from studio.errors import TooLateError
from studio.judging import Problem, Verdict, film_error, judge

_SECONDS_A_UNIT = {"retry-after-ms": 0.001, "retry-after": 1.0}
_NEXT_POLL = "openai-poll-after-ms"
_UNTOLD_POLL_S = 5.0


class Clock(Protocol):
    """What a studio needs of the module ``time``; a test gives it another clock."""

    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """``film_s`` is for a whole film, ``call_s`` for one call that stalls. A call is tried
    ``attempts`` times; the pauses double from ``first_s`` to ``longest_s``, unless the service says
    how long to wait."""

    film_s: float = 1800
    call_s: float = 60
    attempts: int = 4
    first_s: float = 0.5
    longest_s: float = 30


ORDINARY = Patience()


class Deadline:
    """When a film is no longer waited for, by the clock that ``monotonic`` reads."""

    def __init__(self, monotonic: Callable[[], float], patience: Patience) -> None:
        """Begin now."""
        self._monotonic = monotonic
        self._patience = patience
        self._end = monotonic() + patience.film_s

    def granted(self, seconds: float) -> float:
        """So many seconds, if they are left.

        Raises:
            TooLateError: they are not.
        """
        if self._monotonic() + seconds > self._end:
            raise TooLateError(f"not ready within {self._patience.film_s:g} seconds")
        return seconds

    def attempts(self) -> "Attempts":
        """The attempts of one call."""
        return Attempts(self, self._patience)


class Attempts:
    """Counts how often one call was tried."""

    def __init__(self, deadline: Deadline, patience: Patience) -> None:
        """Begin with none."""
        self._deadline = deadline
        self._patience = patience
        self._made = 0

    def pause_after(self, problem: Problem) -> float:
        """How many seconds to wait before the next attempt.

        Raises:
            FilmError: there is to be none.
        """
        self._made += 1
        may_help = judge(problem) in (Verdict.BUSY, Verdict.UNCERTAIN)
        if not may_help or self._made >= self._patience.attempts:
            raise film_error(problem) from problem
        doubled = self._patience.first_s * 2.0 ** (self._made - 1)
        asked = _requested_pause(problem)
        return self._deadline.granted(
            min(doubled, self._patience.longest_s) if asked is None else asked
        )


def poll_pause(headers: Mapping[str, str]) -> float:
    """How many seconds the service asks to leave between two looks at a job."""
    try:
        return max(0.0, float(headers[_NEXT_POLL]) / 1000)
    except (KeyError, ValueError):
        return _UNTOLD_POLL_S


def _requested_pause(problem: Problem) -> float | None:
    if not isinstance(problem, openai.APIStatusError):
        return None
    for name, unit in _SECONDS_A_UNIT.items():
        try:
            return max(0.0, float(problem.response.headers[name]) * unit)
        except (KeyError, ValueError):
            continue
    return None
