"""What a run came to: the verdict, and everything a report says."""

from dataclasses import dataclass
from enum import Enum

from contract_tests.findings.deviations import Deviation
from contract_tests.findings.finding import Certainty, Finding, NotChecked
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence


class Verdict(Enum):
    """How a run ended, with its exit status."""

    CLEAN = ("clean", 0)
    BROKEN = ("contract broken", 1)
    UNAVAILABLE = ("upstream unavailable", 3)
    CRASHED = ("crashed", 70)
    INTERRUPTED = ("interrupted", 130)

    def __init__(self, text: str, code: int) -> None:
        """Keep both."""
        self.text = text
        self.code = code


class Weight(Enum):
    """What a finding means for the verdict."""

    ERROR = "error"
    ADVICE = "advice"
    FLAKY = "flaky"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What counts: ``strict`` lets all count, ``verified_warns`` makes verified rules advice."""

    strict: bool = False
    verified_warns: bool = False

    def weight(self, finding: Finding) -> Weight:
        """What a finding means for the verdict."""
        if finding.certainty is Certainty.FLAKY:
            return Weight.FLAKY
        if finding.evidence is Evidence.DOCUMENTED:
            return Weight.ERROR
        lowered = finding.evidence is Evidence.INFERRED or self.verified_warns
        return Weight.ADVICE if lowered else Weight.ERROR

    def fails(self, finding: Finding) -> bool:
        """Whether a finding breaks the contract."""
        return self.strict or self.weight(finding) is Weight.ERROR


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that reports are written from. ``trouble`` says why a run did not end well."""

    verdict: Verdict
    target: str
    target_url: str
    dialect: str
    seed: int
    started: str
    duration_s: float
    requests: int
    requests_by_sender: dict[str, int]
    findings: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, Deviation], ...]
    complaints: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]
    checks: tuple[tuple[str, str], ...]
    jobs_created: tuple[str, ...]
    jobs_deleted: tuple[str, ...]
    budget_jobs: int | None
    rules: Rules
    trouble: str = ""
    exchanges: tuple[Exchange, ...] = ()


def judge(
    findings: tuple[Finding, ...],
    rules: Rules,
    *,
    not_checked: tuple[NotChecked, ...],
    complaints: tuple[str, ...],
    unavailable: str,
) -> Verdict:
    """The verdict on a run that came to its end."""
    if any(rules.fails(each) for each in findings):
        return Verdict.BROKEN
    if unavailable:
        return Verdict.UNAVAILABLE
    return Verdict.BROKEN if rules.strict and (complaints or not_checked) else Verdict.CLEAN
