"""Known deviations: accepted findings, each with a reason and an expiry date."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from contract_tests.findings.finding import Finding
from openapi.documents.located import load
from openapi.errors import SpecError

# The check of entries that accept differences of a comparison.
COMPARE = "compare"
_REQUIRED = ("check", "reason", "expires")
_KEYS = frozenset({*_REQUIRED, "operation", "key"})


class DeviationsError(Exception):
    """The file of known deviations cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """An accepted finding; ``check``, ``operation`` and ``key`` are patterns with ``*``."""

    check: str
    operation: str
    key: str
    reason: str
    expires: date
    place: str

    def fits(self, finding: Finding) -> bool:
        """Whether it accepts a finding, before its expiry."""
        _, operation, key = finding.identity
        return (
            fnmatchcase(finding.check, self.check)
            and fnmatchcase(operation, self.operation)
            and fnmatchcase(key, self.key)
        )


@dataclass(frozen=True, slots=True)
class Sorted:
    """Findings sorted by the known deviations.

    Attributes:
        open: the findings that are not accepted.
        accepted: the others, each with the entry that accepts it.
        complaints: what is wrong with the entries.
    """

    open: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, Deviation], ...]
    complaints: tuple[str, ...]


def read_deviations(path: Path) -> list[Deviation]:
    """The entries of a file: a list of mappings under ``deviations``.

    Raises:
        DeviationsError: the file cannot be read, or an entry has missing or unknown keys.
    """
    try:
        data = load(path).data
    except SpecError as error:
        raise DeviationsError(f"{path}: cannot be read: {error}") from error
    entries = data.get("deviations") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        raise DeviationsError(f"{path}: give a list under 'deviations'")
    return [_deviation(f"{path}, entry {n}", each) for n, each in enumerate(entries, start=1)]


def sort(
    findings: Iterable[Finding], known: Sequence[Deviation], today: date, *, complete: bool
) -> Sorted:
    """Separate the accepted findings from the others; an expired entry accepts nothing.

    Args:
        complete: the run has checked everything, so an entry that fits nothing is outdated.
    """
    open_: list[Finding] = []
    accepted = []
    for finding in findings:
        fitting = next((each for each in known if each.fits(finding)), None)
        if fitting is None or fitting.expires < today:
            open_.append(finding)
        else:
            accepted.append((finding, fitting))
    complaints = tuple(_complaints(findings, known, today, complete))
    return Sorted(tuple(open_), tuple(accepted), complaints)


def _complaints(
    findings: Iterable[Finding], known: Sequence[Deviation], today: date, complete: bool
) -> Iterator[str]:
    seen = list(findings)
    for each in known:
        named = f"{each.place} ({each.check}, {each.operation})"
        if each.expires < today:
            yield f"{named} expired on {each.expires}: fix it or give a new date"
        elif complete and not any(each.fits(finding) for finding in seen):
            yield f"{named} no longer occurs: remove it"


def _deviation(place: str, entry: Any) -> Deviation:
    if not isinstance(entry, dict):
        raise DeviationsError(f"{place}: is no mapping; give {', '.join(_REQUIRED)}")
    if missing := [key for key in _REQUIRED if not entry.get(key)]:
        raise DeviationsError(f"{place}: lacks {', '.join(missing)}")
    if unknown := sorted(set(entry) - _KEYS):
        raise DeviationsError(f"{place}: does not take {', '.join(map(str, unknown))}")
    try:
        expires = date.fromisoformat(str(entry["expires"]))
    except ValueError as error:
        text = str(entry["expires"])[:80]
        raise DeviationsError(f"{place}: expires is '{text}'; give a date as 2026-12-31") from error
    return Deviation(
        check=str(entry["check"]),
        operation=str(entry.get("operation", "*")),
        key=str(entry.get("key", "*")),
        reason=str(entry["reason"]),
        expires=expires,
        place=place,
    )
