"""Finds entries, and tells of those that were nearly found what kept them out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_server.domain.truncation import quote
from mock_server.journal.entry import Entry
from mock_server.patterns import PatternError, found, require_pattern


class SearchError(ValueError):
    """A search that cannot be made, with the part that is wrong."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """The entries wanted; what is None does not matter.

    ``prompt`` is a regular expression that is searched for; ``fields`` must have exactly these
    values, as they were sent. ``since`` leaves out the entries up to that number.

    Raises:
        SearchError: the pattern is no regular expression.
    """

    operation: str | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    code: str | None = None
    model: str | None = None
    prompt: str | None = None
    fault: str | None = None
    scenario: str | None = None
    job: str | None = None
    retry: int | None = None
    since: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.prompt is None:
            return
        try:
            require_pattern(self.prompt)
        except PatternError as error:
            raise SearchError(
                f"prompt: {quote(self.prompt)} is no regular expression: {error}"
            ) from error

    def covers(self, entry: Entry) -> bool:
        """Whether an entry is wanted."""
        return next(self.differences(entry), None) is None

    def differences(self, entry: Entry) -> Iterator[str]:
        """What keeps an entry from being wanted, one sentence for each."""
        for name in _PLAIN:
            wanted, had = getattr(self, name), getattr(entry, name)
            if wanted is not None and wanted != had:
                yield f"{name} is {_shown(had)}, not {_shown(wanted)}"
        if self.fault is not None and self.fault not in entry.faults:
            yield f"faults are {_shown(entry.faults)}, without {_shown(self.fault)}"
        if self.since is not None and entry.number <= self.since:
            yield f"number is {entry.number}, not after {self.since}"
        if self.prompt is not None and not found(self.prompt, entry.prompt or ""):
            yield f"prompt is {_shown(entry.prompt)}, without {_shown(self.prompt)}"
        for name, wanted in self.fields.items():
            if name not in entry.fields or entry.fields[name] != wanted:
                yield f"{name} is {_shown(entry.fields.get(name))}, not {_shown(wanted)}"

    def __str__(self) -> str:
        """The search in words, for messages."""
        plain = {name: getattr(self, name) for name in (*_PLAIN, "fault", "prompt", "since")}
        wanted = {name: value for name, value in plain.items() if value is not None}
        told = [f"{name} {_shown(value)}" for name, value in {**wanted, **self.fields}.items()]
        return ", ".join(told) or "anything"


_PLAIN = (
    "operation",
    "method",
    "path",
    "status",
    "code",
    "model",
    "scenario",
    "job",
    "retry",
)


def _shown(value: Any) -> str:
    return "absent" if value is None else quote(value, "...")
