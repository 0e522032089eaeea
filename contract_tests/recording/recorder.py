"""Records a run as a cassette, by what the guard hands over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Certainty
from contract_tests.guard.guard import Observe
from contract_tests.guard.keys import Keys
from contract_tests.recording.canary import Canary
from contract_tests.recording.cassette import Facts
from contract_tests.recording.sanitiser import Sanitiser
from contract_tests.recording.writer import CassetteWriter, Failed
from contract_tests.reports.report import Outcome, Report, Verdict
from contract_tests.runner.options import Options
from contract_tests.targets.target import Target

RECORD, GUARD = "record", "guard"
Clock = Callable[[], datetime]
ENDED_EARLY = (Verdict.UNAVAILABLE, Verdict.CRASHED, Verdict.INTERRUPTED)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Recorder:
    """Writes a cassette of one run.

    Attributes:
        command: what records: ``record`` or ``guard``.
        keep_texts: whether prompts and other texts of requests stay.
        failed: is called with the reason when nothing more can be written.
    """

    folder: Path
    options: Options
    command: str
    keep_texts: bool
    failed: Failed
    now: Clock = _now
    _writers: list[CassetteWriter] = field(default_factory=list, init=False)

    def __call__(self, target: Target, contract: TargetContract) -> Observe:
        """Begin the cassette; what is returned takes each exchange.

        Raises:
            CassetteError: the folder has something in it, or cannot be made.
        """
        started = self.now().replace(microsecond=0)
        keys = [each for each in target.keys.values() if each]
        facts = Facts(
            name=self.folder.resolve().name,
            command=self.command,
            target=_address(target.url),
            dialect=self.options.dialect,
            contract=sha256(self.options.contract.read_bytes()).hexdigest(),
            started=started.isoformat(),
            seed=self.options.seed,
            texts="kept" if self.keep_texts else "hashed",
        )
        sanitiser = Sanitiser(
            contract=contract,
            origin=_address(target.url),
            keys=Keys(target.keys),
            start_s=int(started.timestamp()),
            keep_texts=self.keep_texts,
        )
        writer = CassetteWriter.create(
            self.folder, facts, sanitiser, Canary.of(keys), failed=self.failed
        )
        self._writers.append(writer)
        return writer.keep

    def end(self, report: Report) -> None:
        """Write how the recording ended, from the report of its run.

        Raises:
            CassetteError: a key was found, so that nothing is kept, or a file cannot be written.
        """
        for writer in self._writers:
            writer.close(
                jobs=len(report.spending.made),
                usd=report.spending.made_usd if report.spending.billable else 0.0,
                complete=report.verdict not in ENDED_EARLY,
                # What clients do not ask for is neither kept nor broken.
                **(_rules(report) if self.command == RECORD else {}),
            )


def _rules(report: Report) -> dict[str, Any]:
    """The checks with findings that are not flaky, with their operations, and those without any."""
    found: dict[str, set[str]] = {}
    for each in report.findings:
        if each.certainty is not Certainty.FLAKY:
            found.setdefault(each.check, set()).add(each.operation)
    kept = sorted(each.name for each in report.check_results if each.outcome is Outcome.PASSED)
    return {"broken": {check: sorted(found[check]) for check in sorted(found)}, "kept": kept}


def _address(url: str) -> str:
    """The scheme, host and port of an address; a name, a password or a path may be secret."""
    parsed = httpx.URL(url)
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.scheme}://{parsed.host}{port}"
