"""Compares servers that are broken on purpose with one that is not.

``python -m tests.contract_tests.comparing.defects [DEFECT]...`` does so with all of them, and says
what shows each: the traffic alone, or a rule that a recording of it breaks.
"""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from contract_tests.checks import CHECKS
from contract_tests.checks.check import Check, LifeCycle, Probe
from contract_tests.comparing.cases import Case
from contract_tests.comparing.comparison import Difference, Kind, Side, compare
from contract_tests.defects.defect import Defect
from contract_tests.defects.detection import known_defects
from contract_tests.deriving.traffic import traffic_of
from contract_tests.recording.cassette import Cassette
from contract_tests.recording.recorder import RECORD, Recorder
from contract_tests.runner.context import open_run
from contract_tests.runner.options import Options
from contract_tests.runner.result import Ending, report_of
from contract_tests.runner.stages import FINAL_STAGES, RECORDED_STAGES
from contract_tests.targets.fake import Fake, Wrap, mocks_in_process, unwrapped
from contract_tests.targets.target import Target

CONTRACT = Options().read_contract()
OPTIONS = Options(quick=True, budget_jobs=3)
_CHECKS = {each.name: each for each in CHECKS}
# Makes a recording observe its jobs, whatever else it does.
_ANY_OF_JOBS = next(each.name for each in CHECKS if isinstance(each, LifeCycle))
_LONGEST_S = 5.0
# The defects that no comparison can show.
NO_DIFFERENCE = {"T01": "how fast a gateway answers depends on the day and on the network"}
_KEPT_OR_UNSEEN = {"rule": "kept", "life": "not seen"}


@dataclass(frozen=True)
class Ground:
    """One fake, recorded with each defect around it in turn."""

    targets: Callable[[Wrap], Target]

    @cached_property
    def honest(self) -> Side:
        """What a recording without a defect shows."""
        return self.record(unwrapped, OPTIONS)

    def record(self, wrap: Wrap, options: Options) -> Side:
        """What a recording shows, read from its cassette."""
        with TemporaryDirectory() as place:
            folder = Path(place) / "cassette"
            recorder = Recorder(folder, options, RECORD, keep_texts=False, failed=sys.exit)
            target = self.targets(wrap)
            observe = recorder(target, CONTRACT)
            with open_run(options, target, CONTRACT, observe=observe) as context:
                for stage in (*RECORDED_STAGES, *FINAL_STAGES):
                    stage(context)
                context.findings.examined.update(each.name for each in context.checks(Check))
                timing = (datetime.now(UTC).isoformat(), 0.0)
                recorder.end(report_of(context, Ending(has_run=True), (), timing))
            cassette = Cassette.open(folder)
        traffic, facts = traffic_of(cassette, CONTRACT), cassette.facts
        return Side(folder.name, Kind.FAKE, traffic, CONTRACT, facts.broken, facts.kept)

    def differences(self, defect: Defect) -> Sequence[Difference]:
        """What a server with a defect does differently.

        What its own checks send is recorded first, and everything only if that shows nothing.
        """
        options = replace(
            OPTIONS,
            budget_jobs=max(OPTIONS.budget_jobs or 0, defect.jobs),
            timeout_s=min(defect.timeout_s, _LONGEST_S),
        )
        observes = any(not isinstance(_CHECKS[name], Probe) for name in defect.checks)
        own = (*defect.checks, *((_ANY_OF_JOBS,) if observes else ()))
        part = self.record(defect.wrap, replace(options, checks=own))
        if found := [each for each in self._compared(part) if self._only_in(part, each)]:
            return found
        return self._compared(self.record(defect.wrap, options))

    def _compared(self, broken: Side) -> Sequence[Difference]:
        return compare(self.honest, broken).differences

    def _only_in(self, broken: Side, difference: Difference) -> bool:
        """Whether a part of a recording shows what the whole of an honest server's does not."""
        if difference.part in ("rule", "life"):
            return difference.other != _KEPT_OR_UNSEEN[difference.part]
        if (difference.operation, difference.part) == ("downloadVideoContent", "body"):
            # A part of a recording may begin with another download of a film than the whole.
            return False
        case = Case(difference.operation, difference.request)
        usual, shown = (each.seen[case][difference.part] for each in (self.honest, broken))
        return not shown.keys() <= usual.keys()


def ground(seed: int = 1) -> Ground:
    """A new fake."""
    return Ground(mocks_in_process(Fake(seed)))


def by_traffic(found: Sequence[Difference]) -> bool:
    """Whether more than a broken rule shows a defect."""
    return any(each.part != "rule" for each in found)


def main(wanted: Sequence[str]) -> None:
    """Print each defect with what shows it first, and how many are shown in which way."""
    place, counted = ground(), Counter[str]()
    for defect in known_defects(wanted):
        found = place.differences(defect)
        how = "traffic" if by_traffic(found) else "a rule" if found else "nothing"
        counted[how] += 1
        reason = "" if found else NO_DIFFERENCE.get(defect.id, "a fault of compare")
        first = f"{found[0].operation} {found[0].part}: {found[0].request}" if found else ""
        click.echo(f"{defect.id}  {how:8} {defect.summary}  {first[:100]}{reason}".rstrip())
    click.echo(", ".join(f"{count} by {how}" for how, count in counted.items()))
    sys.exit(int(counted["nothing"] > len(NO_DIFFERENCE)))


if __name__ == "__main__":
    main(sys.argv[1:])
