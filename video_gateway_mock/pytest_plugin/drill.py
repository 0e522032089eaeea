"""Runs tests in every case of a drill, and reports what they do wrong in each.

A drilled test is one item for each case, so pytest selects and distributes them like others.
That it fails in a case is no finding: it has noticed. Each run's facts travel in its report
to the process that prints the summary, which compares them with the ordinary run.
"""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from ctypes import c_ulong, py_object, pythonapi
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, current_thread, get_ident, main_thread
from typing import Any

import pytest

from video_gateway_mock.drill import (
    CASES,
    KINDS,
    ORDINARY,
    Case,
    Facts,
    Limits,
    Watch,
    judge,
    observed,
)
from video_gateway_mock.drill.facts import FAILED, HUNG, PASSED, SKIPPED, facts_of
from video_gateway_mock.drill.films import half_films
from video_gateway_mock.handle import Gateway

_BY_NAME = {each.name: each for each in (ORDINARY, *CASES)}
_OUTCOME = pytest.StashKey[tuple[str, str]]()
_ARMED = pytest.StashKey[Event]()
_FACTS = pytest.StashKey[Facts]()
# The attribute of a report that has the facts of a drilled test.
_ATTRIBUTE = "video_gateway"


class HungError(BaseException):
    """Ends a test that does not end by itself; no handler of ordinary errors catches it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One run of a test: its id without the case."""

    test: str
    case: str
    facts: Facts


def cases(chosen: object) -> Sequence[str]:
    """The names of the cases that a marker's ``drill`` asks for, the ordinary one first.

    Raises:
        pytest.UsageError: a name is unknown.
    """
    if chosen is True:
        return list(_BY_NAME)
    names = [chosen] if isinstance(chosen, str) else list(chosen)  # type: ignore[call-overload]
    if unknown := [name for name in names if name not in _BY_NAME]:
        known = ", ".join(_BY_NAME)
        raise pytest.UsageError(f"drill: no case {unknown[0]!r}; known: {known}")
    return [ORDINARY.name, *(name for name in names if name != ORDINARY.name)]


@contextmanager
def drilled(item: pytest.Item, case: str, gateway: Gateway, limits: Limits) -> Iterator[None]:
    """Set a case for a test, and observe the test until the block ends."""
    _case(case).begin(gateway)
    item.stash[_ARMED] = armed = Event()
    armed.set()
    with _interrupting(armed) as interrupt, Watch(gateway, limits, interrupt) as watch:
        yield
    outcome, reason = item.stash.get(_OUTCOME, (SKIPPED, ""))
    if watch.reason:
        outcome, reason = HUNG, watch.reason
    item.stash[_FACTS] = observed(gateway, outcome, reason, halves=_halves(item))


@contextmanager
def interruptible(item: pytest.Item) -> Iterator[None]:
    """Let the test be interrupted in this block only: pytest itself must not be."""
    armed = item.stash.get(_ARMED, Event())
    armed.set()
    try:
        yield
    finally:
        item.stash.get(_ARMED, armed).clear()


def _halves(item: pytest.Item) -> Sequence[str]:
    """The half films below ``tmp_path``, if the test uses it."""
    folder = (getattr(item, "funcargs", None) or {}).get("tmp_path")
    return list(half_films(folder)) if isinstance(folder, Path) else []


def _case(name: str) -> Case:
    return _BY_NAME[name]


@contextmanager
def _interrupting(armed: Event) -> Iterator[Callable[[], None]]:
    """What raises ``HungError`` in this thread, when another calls it while ``armed`` is set."""
    if current_thread() is not main_thread() or not hasattr(signal, "SIGUSR1"):
        thread = get_ident()

        def raise_there() -> None:
            if armed.is_set():
                pythonapi.PyThreadState_SetAsyncExc(c_ulong(thread), py_object(HungError))

        yield raise_there
        return

    def handle(_number: int, _frame: object) -> None:
        if armed.is_set():
            raise HungError

    before = signal.signal(signal.SIGUSR1, handle)
    thread = get_ident()
    try:
        # A signal ends a sleep and a wait for a socket, too.
        yield lambda: signal.pthread_kill(thread, signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)


def take(item: pytest.Item, report: pytest.TestReport, case: str) -> None:
    """Keep the outcome of a phase; a failure in a case is one that is to be expected."""
    if report.when == "teardown":
        if facts := item.stash.get(_FACTS, None):
            setattr(report, _ATTRIBUTE, [_test(item, case), case, asdict(facts)])
        return
    if report.skipped:
        return
    if report.failed or report.when == "call":
        item.stash[_OUTCOME] = (PASSED if report.passed else FAILED, _last_line(report))
    if report.failed and case != ORDINARY.name:
        if report.when == "setup":
            path, line, _ = item.location
            report.outcome = "skipped"
            report.longrepr = (path, line or 0, f"it cannot be set up: {case}")
        else:
            report.outcome, report.longrepr = "passed", None


def _test(item: pytest.Item, case: str) -> str:
    """The id of a test without its case."""
    name, _, parameters = item.nodeid.rpartition("[")
    others = parameters.removesuffix("]").split("-")
    others.remove(case)
    return f"{name}[{'-'.join(others)}]" if others else name


def _last_line(report: pytest.TestReport) -> str:
    lines = report.longreprtext.splitlines()
    return lines[-1] if lines else ""


def rows(reports: Iterable[Any]) -> list[Row]:
    """The runs of drilled tests, from the reports that have facts."""
    found = (getattr(report, _ATTRIBUTE) for report in reports)
    return [Row(test, case, facts_of(facts)) for test, case, facts in found]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one test does wrong: for each kind the cases and what shows it.

    ``excuse`` is why it was not judged.
    """

    test: str
    cases: int
    findings: Mapping[str, Sequence[tuple[str, str]]]
    excuse: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not any(self.findings.values())


def verdicts(found: Sequence[Row]) -> list[Verdict]:
    """The verdict on each test, in order."""
    by_test: dict[str, dict[str, Facts]] = {}
    for row in found:
        by_test.setdefault(row.test, {})[row.case] = row.facts
    return [_verdict(test, runs) for test, runs in by_test.items()]


def _verdict(test: str, runs: dict[str, Facts]) -> Verdict:
    ordinary = runs.pop(ORDINARY.name, None)
    findings: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KINDS}
    if ordinary is None:
        return Verdict(test, len(runs), findings, "its ordinary run was not selected")
    if ordinary.outcome != PASSED:
        return Verdict(test, len(runs), findings, f"it has {ordinary.outcome} in the ordinary run")
    for case, facts in runs.items():
        for finding in judge(ordinary, facts):
            findings[finding.kind].append((case, finding.detail))
    return Verdict(test, len(runs), findings)


def lines(found: Sequence[Verdict]) -> Iterator[str]:
    """The table of what was found, one test a row, then what shows it."""
    judged = [each for each in found if not each.excuse]
    wrong = [each for each in judged if not each.sound]
    runs = sum(each.cases for each in judged)
    yield f"{len(judged)} tests in {runs} cases: {len(wrong)} of them do something wrong"
    yield from (f"not judged: {each.test}: {each.excuse}" for each in found if each.excuse)
    if not wrong:
        return
    table = [("test", *KINDS), *(_cells(each) for each in wrong)]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for each in wrong:
        for kind, shown in each.findings.items():
            for case, detail in shown:
                where = f"{case} ({_case(case).summary})"
                yield f"{each.test} {kind} in {where}: {detail}"


def _cells(verdict: Verdict) -> tuple[str, ...]:
    counts = (len(verdict.findings[kind]) for kind in KINDS)
    return (verdict.test, *(str(count or "-") for count in counts))
