"""Runs the stages against a target and reports, however the run ends."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from traceback import extract_tb

from contract_tests.checks.check import Check
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.deviations import Deviation, sort
from contract_tests.findings.finding import Finding
from contract_tests.guard.connection import clean_up
from contract_tests.guard.guard import Observe, unobserved
from contract_tests.guard.halt import INTERRUPTED, Halt
from contract_tests.reports.report import Report, Verdict
from contract_tests.runner.context import RunContext, open_run
from contract_tests.runner.options import Options, UsageError
from contract_tests.runner.passive import FAIL_FAST, EnoughError, FailFast
from contract_tests.runner.progress import Progress
from contract_tests.runner.result import Ending, report_of
from contract_tests.runner.stages import FINAL_STAGES, STAGES, Stage
from contract_tests.runner.stages.availability import KeyRefusedError, UnavailableError
from contract_tests.targets.target import Target

_PACKAGE = Path(__file__).parent.parent
_WELL = Ending()
Recorder = Callable[[Target, TargetContract], Observe]


def unrecorded(_target: Target, _contract: TargetContract) -> Observe:
    """Keep nothing of the traffic."""
    return unobserved


def perform(
    options: Options,
    known: Sequence[Deviation] = (),
    progress: Progress | None = None,
    halt: Halt | None = None,
    *,
    stages: Sequence[Stage] = STAGES,
    recorder: Recorder = unrecorded,
) -> Report:
    """Test the target against the contract.

    Args:
        stages: what is run; the first makes sure that the target is there.
        recorder: gives what is called with each exchange.
        known: the accepted findings.
        progress: gets what the run does at present.
        halt: ends all sending early; the report covers what was sent until then.

    Raises:
        UsageError: the options cannot work, or the target refuses the key.
        SpecError: the contract or the catalogue cannot be read.
    """
    started, since = datetime.now(UTC), time.monotonic()
    halt = halt or Halt()
    contract = options.read_contract()
    options.require_something(contract)
    with (
        options.open_target(halt.wait) as target,
        halt.after(options.max_time_s),
        open_run(
            options,
            target,
            contract,
            halt=halt,
            fail_fast=_fail_fast(options, known),
            progress=progress,
            observe=recorder(target, contract),
        ) as context,
    ):
        ending = _run(context, stages)
        timing = started.isoformat(), time.monotonic() - since
        return report_of(context, ending, known, timing)


def _run(context: RunContext, all_stages: Sequence[Stage]) -> Ending:
    """How the run ended; what it created is deleted and what it saw is examined in any case."""
    halt = context.halt
    ending = _run_stages(context, all_stages[:1])
    if ending != _WELL:
        context.connection.settle()
        return ending
    # A signal leaves out the stages that have not begun.
    stages = takewhile(lambda _: not halt.interrupted, all_stages[1:])
    endings = [_run_stages(context, stages)]
    is_complete = endings == [_WELL] and not halt.why
    context.connection.settle()
    endings += [
        _run_part(context, lambda: clean_up(context.connection)),
        _run_stages(context, FINAL_STAGES),
        Ending(why=halt.why),
    ]
    if is_complete:
        context.findings.examined.update(check.name for check in context.checks(Check))
    first = next((each for each in endings if each != _WELL), _WELL)
    return Ending(first.verdict, first.why, has_run=True)


def _run_stages(context: RunContext, stages: Iterable[Stage]) -> Ending:
    def run() -> None:
        for stage in stages:
            stage(context)

    return _run_part(context, run)


def _run_part(context: RunContext, part: Callable[[], None]) -> Ending:
    """Run a part of the run; how it ended.

    Raises:
        UsageError: the target refuses the key.
    """
    ending = _WELL
    try:
        part()
    except UnavailableError as error:
        ending = Ending(Verdict.UNAVAILABLE, str(error))
    except KeyRefusedError as error:
        raise UsageError(f"--api-key-env: the target refuses the key: {error}") from error
    except EnoughError:
        ending = Ending(why=FAIL_FAST)
    except Exception as error:
        logging.getLogger(__name__).debug("crashed", exc_info=error)
        return _crashed(error, context.progress.what)
    # After a signal a part ends by its refused requests, if not well.
    return Ending(Verdict.INTERRUPTED, INTERRUPTED) if context.halt.interrupted else ending


def _crashed(error: Exception, latest: str) -> Ending:
    """The ending by a bug of this suite: the error, and the last line of its code it came from."""
    frames = [(Path(each.filename), each.lineno) for each in extract_tb(error.__traceback__)]
    places = [
        f"{path.relative_to(_PACKAGE.parent)}:{line}"
        for path, line in frames
        if path.is_relative_to(_PACKAGE)
    ]
    where = places[-1] if places else "an unknown place"
    what = f"{type(error).__name__}: {error}"
    return Ending(Verdict.CRASHED, f"a fault of this suite in {where}, at '{latest}': {what}")


def _fail_fast(options: Options, known: Sequence[Deviation]) -> FailFast:
    """Fails fast by the first finding that fails the run and is not accepted."""

    def fails(findings: Iterable[Finding]) -> bool:
        open_ = sort(tuple(findings), known, datetime.now(UTC).date(), complete=False).open
        return any(map(options.rules.fails, open_))

    return FailFast(fails if options.fail_fast else None)
