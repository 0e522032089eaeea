"""Triggers: names in a prompt, a model, a key or a header that make the fake behave in some way.

A trigger is the name of a scenario, the kind of a fault (with its default settings) or a status
from 400 to 599. Everything here works on plain values.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mock_server.faults import FAULTS
from mock_server.faults.fault import Fault
from mock_server.faults.rate_limit import RateLimit
from mock_server.faults.status import Status
from mock_server.http.errors import RATE_LIMITED, UNKNOWN_WORD, ApiError


@dataclass(frozen=True, slots=True)
class Place:
    """One place for triggers; if two places disagree, the first in the list counts."""

    name: str
    form: str
    example: str
    reach: str


PLACES = (
    Place("header", "Prefer: code=STATUS", "Prefer: code=429", "that request"),
    Place("header", "Prefer: scenario=NAME", "Prefer: scenario=stuck_at_99", "that create"),
    Place("header", "Prefer: fault=KIND", "Prefer: fault=truncated", "that request"),
    Place("prompt", "mock:WORD", "A cat mock:fails_at_60", "that create"),
    Place("model", "MODEL+WORD", "sora-2+model_retired", "that create"),
    Place("key", "KEY+WORD", "sk-anything+503", "requests with that key; the tenant is KEY's"),
)


STATUSES = range(400, 600)
_MARK, _SUFFIX = "mock:", "+"
# Part of a prompt, which every client can send: "A cat mock:fails_at_60".
_TOKEN = re.compile(rf"(?:^|\s){_MARK}(\S+)")
_PREFERENCE = re.compile(r'(?:^|[,;])\s*(code|scenario|fault)\s*=\s*"?([^",;\s]*)"?', re.IGNORECASE)
_LONGEST_QUOTE = 80
# Beyond these, what follows a plus belongs to the text itself.
_MOST_WORDS, _LONGEST_SPLIT = 20, 64 * 1024


class TriggerError(Exception):
    """A trigger with two meanings."""


class Triggers:
    """The triggers of one server: its scenarios, the kinds of faults, and statuses."""

    def __init__(self, scenarios: Collection[str]) -> None:
        """``scenarios`` are the names of the server's scenarios.

        Raises:
            TriggerError: a scenario is named like a fault or a status.
        """
        self._scenarios = frozenset(scenarios)
        self._faults: Mapping[str, Fault] = {
            **{kind: fault() for kind, fault in FAULTS.items()},
            **{str(status): _of_status(status) for status in STATUSES},
        }
        for name in sorted(self._scenarios & set(self._faults)):
            raise TriggerError(
                f"the scenario '{name}' has the name of a fault or a status; rename it"
            )
        statuses = f"a status from {STATUSES[0]} to {STATUSES[-1]}"
        self._known = {
            "code": statuses,
            "scenario": ", ".join(sorted(self._scenarios)),
            "fault": ", ".join(FAULTS),
        }

    def __contains__(self, word: str) -> bool:
        """Whether a name is a trigger."""
        return word in self._scenarios or word in self._faults

    def faults(self, words: Iterable[str]) -> dict[str, Fault]:
        """The triggers among ``words`` that are faults, in order, with the fault of each."""
        return {word: self._faults[word] for word in words if word in self._faults}

    def readings(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The ways to read a model or a key such as ``sora-2+fails_at_60``.

        Each is the text before some plus and the triggers after it; the first has no triggers. What
        follows a plus and is not a trigger belongs to the text itself.
        """
        yield text, ()
        if len(text) > _LONGEST_SPLIT:
            return
        pieces = text.rsplit(_SUFFIX, _MOST_WORDS)
        for place in range(len(pieces) - 1, 0, -1):
            stem = _SUFFIX.join(pieces[:place])
            if not stem or pieces[place] not in self:
                return
            yield stem, tuple(pieces[place:])

    def split(self, text: str) -> tuple[str, tuple[str, ...]]:
        """A model or a key, and all triggers appended to it."""
        *_, split = self.readings(text)
        return split

    def in_prompt(self, prompt: str) -> tuple[str, ...]:
        """The triggers of a prompt, each written ``mock:NAME``.

        Raises:
            ApiError: 400, a name is not a trigger.
        """
        if _MARK not in prompt:
            return ()
        words = tuple(_TOKEN.findall(prompt))
        for word in words:
            if word not in self:
                raise self._unknown(f"{_MARK}{word}", self._known.values(), "prompt")
        return words

    def in_preferences(self, headers: Sequence[tuple[bytes, bytes]]) -> tuple[str, ...]:
        """The triggers of all Prefer headers: ``code=429``, ``scenario=NAME``, ``fault=KIND``.

        Other preferences are ignored (RFC 7240, 2).

        Raises:
            ApiError: 400, a value is not a trigger of its kind.
        """
        return tuple(self._preferred(value for name, value in headers if name == b"prefer"))

    def _preferred(self, values: Iterable[bytes]) -> Iterator[str]:
        text = b",".join(values).decode("latin-1")
        for name, word in _PREFERENCE.findall(text):
            kind = name.lower()
            if not self._is(kind, word):
                raise self._unknown(f"Prefer: {kind}={word}", [self._known[kind]])
            yield word

    def _is(self, kind: str, word: str) -> bool:
        if kind == "scenario":
            return word in self._scenarios
        return word in self._faults and (word in FAULTS) == (kind == "fault")

    @staticmethod
    def _unknown(asked: str, known: Iterable[str], param: str | None = None) -> ApiError:
        shown = asked[:_LONGEST_QUOTE]
        message = f"'{shown}' asks for nothing that is known; known: {'; '.join(known)}."
        return ApiError(UNKNOWN_WORD, message, param=param)


class NoTriggers(Triggers):
    """For requests to the control API, which have no triggers."""

    def __init__(self) -> None:
        """There are no scenarios."""
        super().__init__(())

    def __contains__(self, word: str) -> bool:
        return False

    def in_prompt(self, prompt: str) -> tuple[str, ...]:
        """None."""
        return ()

    def in_preferences(self, headers: Sequence[tuple[bytes, bytes]]) -> tuple[str, ...]:
        """None."""
        return ()


def _of_status(status: int) -> Fault:
    if status == RATE_LIMITED.status:
        return RateLimit()
    return Status(status=status, message=f"The request asked for status {status}.")
