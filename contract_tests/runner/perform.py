"""Performs a run from its options to its report, whatever happens on the way."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb

from contract_tests.findings.deviations import Deviation, sort
from contract_tests.findings.finding import Finding, NotChecked
from contract_tests.guard.halt import INTERRUPTED, Halt
from contract_tests.guard.line import opened
from contract_tests.guard.policy import UNLISTED
from contract_tests.reports.report import Report, Verdict, judge
from contract_tests.runner.availability import (
    KeyRefusedError,
    UnavailableError,
    nothing_but_outage,
)
from contract_tests.runner.fail_fast import WHY, EnoughError, FailFast
from contract_tests.runner.options import EXTRA, Options, UsageError
from contract_tests.runner.plan import planned
from contract_tests.runner.run import Run
from contract_tests.wire.cleaning import clean_up, deleted

Say = Callable[[str], None]
_PACKAGE = Path(__file__).parent.parent
_FURTHER = {
    "schemathesis": "Schemathesis' own checks hold for what its phases generate.",
    "state-machine": "A job does what its model does, in any order of calls.",
}


@dataclass
class _Noted:
    """Says what is running, and keeps it."""

    say: Say
    latest: str = "Starting"

    def __call__(self, text: str) -> None:
        self.latest = text
        self.say(text)


@dataclass(frozen=True)
class _Ending:
    """How a run ended before its end; ``verdict`` is None when it came to it."""

    verdict: Verdict | None = None
    why: str = ""


def perform(
    options: Options, known: Sequence[Deviation], say: Say, halt: Halt | None = None
) -> Report:
    """Hold the target to the contract; ``halt`` ends all sending, and the report is of what was.

    Raises:
        UsageError: the options cannot work, or the target refuses the key.
        SpecError: the contract or the catalogue cannot be read.
    """
    started, since = datetime.now(UTC), time.monotonic()
    halt = halt or Halt()
    contract = options.read_contract()
    options.require_something(contract)
    with options.opened_target(halt.wait) as target, halt.after(options.max_time_s):
        # What cannot be ordered is refused before anything is sent.
        planned(options, target, contract, None)
        with opened(target, contract, options.run_limits(target), halt) as line:
            noted = _Noted(say)
            run = Run(options, target, line, noted, fail_fast=_stopping(options, known))
            ending = _performed(run, noted)
            return _report(run, ending, known, (started.isoformat(), time.monotonic() - since))


def _performed(run: Run, noted: _Noted) -> _Ending:
    """How a run ended. What it made is deleted and what it saw is judged, however it did."""
    halt = run.line.guard.halt
    endings = [_ended(run.go, noted, halt)]
    run.line.settle()
    if run.began:
        endings += [
            _ended(lambda: clean_up(run.line), noted, halt),
            _ended(run.finish, noted, halt),
        ]
    endings.append(_Ending(why=halt.why))
    return next((each for each in endings if each != _Ending()), _Ending())


def _stopping(options: Options, known: Sequence[Deviation]) -> FailFast:
    """Ends a run that is to fail fast at the first finding that nobody has accepted."""

    def fails(findings: Iterable[Finding]) -> bool:
        open_ = sort(tuple(findings), known, datetime.now(UTC).date(), complete=False).open
        return any(map(options.rules.fails, open_))

    return FailFast(fails if options.fail_fast else None)


def _ended(part: Callable[[], None], noted: _Noted, halt: Halt) -> _Ending:
    """How a part of a run ended, whatever happened."""
    try:
        with halt.raising():
            part()
    except UnavailableError as error:
        return _Ending(Verdict.UNAVAILABLE, str(error))
    except KeyRefusedError as error:
        raise UsageError(f"--api-key-env: the target refuses the key: {error}") from error
    except EnoughError:
        return _Ending(why=WHY)
    except KeyboardInterrupt:
        return _Ending(Verdict.INTERRUPTED, INTERRUPTED)
    except Exception as error:
        logging.getLogger(__name__).debug("crashed", exc_info=error)
        return _crashed(error, noted)
    return _Ending()


def _crashed(error: Exception, noted: _Noted) -> _Ending:
    """A fault of the suite's own: what it did, and the line of its code where that ended."""
    frames = [(Path(each.filename), each.lineno) for each in extract_tb(error.__traceback__)]
    places = [
        f"{path.relative_to(_PACKAGE.parent)}:{line}"
        for path, line in frames
        if path.is_relative_to(_PACKAGE)
    ]
    where = places[-1] if places else "an unknown place"
    what = f"{type(error).__name__}: {error}"
    return _Ending(
        Verdict.CRASHED, f"a fault of this suite in {where}, at '{noted.latest}': {what}"
    )


def _report(
    run: Run, ending: _Ending, known: Sequence[Deviation], timing: tuple[str, float]
) -> Report:
    options, policy = run.options, run.line.guard.policy
    complete = ending == _Ending() and not options.checks
    found = tuple(run.findings.findings.values())
    sorted_ = sort(found, known, datetime.now(UTC).date(), complete=complete)
    not_checked = _not_checked(run, ending.why or run.unavailable)
    verdict = ending.verdict
    if verdict is None or (verdict is Verdict.UNAVAILABLE and run.began):
        judged = judge(
            sorted_.open,
            options.rules,
            not_checked=not_checked,
            complaints=sorted_.complaints,
            unavailable=ending.why if verdict else run.unavailable,
        )
        out = nothing_but_outage(run.line.guard.exchanges)
        verdict = Verdict.UNAVAILABLE if out else judged
    if verdict is Verdict.CLEAN and run.line.guard.halt.why:
        verdict = Verdict.INTERRUPTED
    return Report(
        verdict=verdict,
        target=run.target.name,
        target_url=run.target.url,
        dialect=options.dialect,
        seed=options.seed,
        started=timing[0],
        duration_s=timing[1],
        requests=policy.requests,
        requests_by_sender=run.requests_by_sender(),
        findings=sorted_.open,
        accepted=sorted_.accepted,
        complaints=sorted_.complaints,
        not_checked=not_checked,
        checks=_checks(run),
        jobs_created=policy.ledger.ids,
        jobs_deleted=deleted(run.line),
        budget_jobs=policy.limits.budget,
        rules=options.rules,
        trouble=ending.why or run.unavailable,
        exchanges=tuple(run.line.guard.exchanges),
    )


def _not_checked(run: Run, why: str) -> tuple[NotChecked, ...]:
    guard = run.line.guard
    noted = (*run.findings.not_checked.values(), *_unlooked(run, why or "the run was over before"))
    if guard.policy.lost:
        text = (
            f"{guard.policy.lost} creates had no answer that names a job: there may be jobs of it"
        )
        noted = (*noted, NotChecked("guard", "", text))
    # What the guard kept back is told even where a part of the run did not notice; what no
    # operation answers to is no gap.
    known = {each.reason for each in noted}
    refused = guard.refusals.items()
    told = [each for each in refused if each[0] not in known and not each[0].startswith(UNLISTED)]
    kept = [NotChecked("guard", "", f"{why} ({count} requests)") for why, count in told]
    return (*noted, *kept)


def _unlooked(run: Run, why: str) -> Iterator[NotChecked]:
    """What has not looked at all that it was to look at, and was not noted to lack anything."""
    noted = {check for check, operation in run.findings.not_checked if not operation}
    for name, _ in _checks(run):
        if name not in run.looked and name not in noted:
            yield NotChecked(name, "", why)


def _checks(run: Run) -> tuple[tuple[str, str], ...]:
    own = [(each.name, each.holds) for each in run.options.chosen_checks() if run.applies(each)]
    return (*own, *((name, _FURTHER[name]) for name in EXTRA if run.options.wants(name)))
