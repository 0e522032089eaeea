"""Matches entries against a search and explains the differences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_server.domain.truncation import quote
from mock_server.journal.entry import Entry
from mock_server.patterns import PatternError, found, require_pattern


class SearchError(ValueError):
    """A search is invalid; the message names the field."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """The values that entries must have; None matches any value.

    ``prompt`` is a regular expression searched for in the prompt. ``fields`` are compared with the
    fields as they were sent. ``since`` excludes the entries up to that number, ``before`` those
    from that number on. ``status_class`` is the first digit of the status, ``took_ms`` the least
    duration in real time. ``text`` is looked for in path, query, prompt, code, reason, request id
    and client, in upper or lower case.
    ``headers`` are compared with the kept ones, by lower-case name: a text must be equal, True asks
    for any value and False for none.

    Raises:
        SearchError: ``prompt`` is not a valid regular expression.
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
    before: int | None = None
    status_class: int | None = None
    took_ms: int | None = None
    text: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.prompt is None:
            return
        try:
            require_pattern(self.prompt)
        except PatternError as error:
            raise SearchError(
                f"prompt: {quote(self.prompt)} is not a regular expression: {error}"
            ) from error

    def covers(self, entry: Entry) -> bool:
        return next(self.differences(entry), None) is None

    def differences(self, entry: Entry) -> Iterator[str]:
        """Describe each reason why an entry does not match."""
        for name in _PLAIN:
            wanted, had = getattr(self, name), getattr(entry, name)
            if wanted is not None and wanted != had:
                yield f"{name} is {_shown(had)}, not {_shown(wanted)}"
        if self.fault is not None and self.fault not in entry.faults:
            yield f"faults are {_shown(entry.faults)}, without {_shown(self.fault)}"
        yield from self._other_differences(entry)
        if self.prompt is not None and not found(self.prompt, entry.prompt or ""):
            yield f"prompt is {_shown(entry.prompt)}, without {_shown(self.prompt)}"
        for name, wanted in self.fields.items():
            if name not in entry.fields or entry.fields[name] != wanted:
                yield f"{name} is {_shown(entry.fields.get(name))}, not {_shown(wanted)}"
        yield from self._other_headers(entry)

    def _other_headers(self, entry: Entry) -> Iterator[str]:
        for name, wanted in self.headers.items():
            had = entry.headers.get(name.lower())
            if wanted != (had is not None if isinstance(wanted, bool) else had):
                yield f"header {name} is {_shown(had)}, not {_wanted(wanted)}"

    def _other_differences(self, entry: Entry) -> Iterator[str]:
        if self.since is not None and entry.number <= self.since:
            yield f"number is {entry.number}, not after {self.since}"
        if self.before is not None and entry.number >= self.before:
            yield f"number is {entry.number}, not before {self.before}"
        if self.status_class is not None and entry.status // 100 != self.status_class:
            yield f"status is {entry.status}, not {self.status_class}xx"
        if self.took_ms is not None and entry.duration_us < self.took_ms * 1000:
            yield f"it took {entry.duration_us / 1000:g} ms, less than {self.took_ms}"
        if self.text is not None and not _mentions(entry, self.text.lower()):
            yield f"nowhere is {_shown(self.text)}"

    def __str__(self) -> str:
        plain = {name: getattr(self, name) for name in (*_PLAIN, *_OTHERS)}
        wanted = {name: value for name, value in plain.items() if value is not None}
        parts = [f"{name} {_shown(value)}" for name, value in {**wanted, **self.fields}.items()]
        parts += [f"header {name} {_wanted(value)}" for name, value in self.headers.items()]
        return ", ".join(parts) or "anything"


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


_OTHERS = ("fault", "prompt", "since", "before", "status_class", "took_ms", "text")


def _mentions(entry: Entry, text: str) -> bool:
    parts = (entry.path, entry.query, entry.prompt, entry.code, entry.reason)
    return any(
        part and text in part.lower() for part in (*parts, entry.request_id, entry.user_agent)
    )


def _wanted(header: str | bool) -> str:
    """What a search wants of a header."""
    if isinstance(header, bool):
        return "present" if header else "absent"
    return _shown(header)


def _shown(value: Any) -> str:
    return "absent" if value is None else quote(value, "...")
