"""Performs a run from its options to its report, whatever happens on the way."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb

from contract_tests.availability import KeyRefusedError, UnavailableError, all_server_errors
from contract_tests.deviations import Deviation, sort
from contract_tests.findings import Finding, NotChecked
from contract_tests.guard.line import opened
from contract_tests.guard.policy import UNLISTED
from contract_tests.options import EXTRA, Options, UsageError
from contract_tests.plan import planned
from contract_tests.report import Report, Verdict, judge
from contract_tests.run import Run
from contract_tests.stopping import WHY, EnoughError, Stopping

Say = Callable[[str], None]
_PACKAGE = Path(__file__).parent
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


def perform(options: Options, known: Sequence[Deviation], say: Say) -> Report:
    """Hold the target to the contract.

    Raises:
        UsageError: the options cannot work, or the target refuses the key.
        SpecError: the contract or the catalogue cannot be read.
    """
    started, since = datetime.now(UTC), time.monotonic()
    contract = options.read_contract()
    options.require_something(contract)
    with options.opened_target() as target:
        # What cannot be ordered is refused before anything is sent.
        planned(options, target, contract, None)
        with opened(target, contract, options.terms(target)) as line:
            noted = _Noted(say)
            run = Run(options, target, line, noted, stopping=_stopping(options, known))
            ending = _ended(run.go, noted)
            line.settle()
            if ending.verdict is not Verdict.UNAVAILABLE:
                # Judge what there is and clean up; an interruption of that is one of the run.
                last = _ended(run.finish, noted)
                if last.verdict and not (last.verdict is Verdict.CRASHED and ending.verdict):
                    ending = last
            return _report(run, ending, known, (started.isoformat(), time.monotonic() - since))


def _stopping(options: Options, known: Sequence[Deviation]) -> Stopping:
    """Ends a run that is to fail fast at the first finding that nobody has accepted."""

    def fails(findings: Iterable[Finding]) -> bool:
        open_ = sort(tuple(findings), known, datetime.now(UTC).date(), complete=False).open
        return any(map(options.rules.fails, open_))

    return Stopping(fails if options.fail_fast else None)


def _ended(part: Callable[[], None], noted: _Noted) -> _Ending:
    """How a part of a run ended, whatever happened."""
    try:
        part()
    except UnavailableError as error:
        return _Ending(Verdict.UNAVAILABLE, str(error))
    except KeyRefusedError as error:
        raise UsageError(f"--api-key-env: the target refuses the key: {error}") from error
    except EnoughError:
        return _Ending(why=WHY)
    except KeyboardInterrupt:
        return _Ending(Verdict.INTERRUPTED, "interrupted before its end")
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
    found = tuple(run.collected.findings.values())
    sorted_ = sort(found, known, datetime.now(UTC).date(), complete=complete)
    not_checked = _not_checked(run)
    verdict = ending.verdict or judge(
        sorted_.open,
        options.rules,
        not_checked=not_checked,
        complaints=sorted_.complaints,
        unavailable=run.unavailable,
    )
    if all_server_errors(run.line.guard.exchanges):
        verdict = Verdict.UNAVAILABLE
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
        jobs_deleted=run.deleted(),
        budget_jobs=policy.limits.budget,
        rules=options.rules,
        trouble=ending.why or run.unavailable,
        exchanges=tuple(run.line.guard.exchanges),
    )


def _not_checked(run: Run) -> tuple[NotChecked, ...]:
    refused = run.line.guard.refusals.items()
    noted = tuple(run.collected.not_checked.values())
    # What the guard kept back is told even where a part of the run did not notice; what no
    # operation answers to is no gap.
    known = {each.reason for each in noted}
    told = [each for each in refused if each[0] not in known and not each[0].startswith(UNLISTED)]
    kept = [NotChecked("guard", "", f"{why} ({count} requests)") for why, count in told]
    return (*noted, *kept)


def _checks(run: Run) -> tuple[tuple[str, str], ...]:
    own = [(each.name, each.holds) for each in run.options.chosen_checks() if run.applies(each)]
    return (*own, *((name, _FURTHER[name]) for name in EXTRA if run.options.wants(name)))
