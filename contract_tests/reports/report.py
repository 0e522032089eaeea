"""The report of a run: its verdict, what findings mean for it, and what is hidden in every form."""

import re
from dataclasses import dataclass
from enum import Enum

from contract_tests.findings.deviations import Deviation
from contract_tests.findings.finding import Certainty, Finding, NotChecked
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

HIDDEN = "[hidden]"
_PARAMETER = re.compile(r"([?&]([\w.-]++)=)[^&\s\"'<>\\]+")
_SECRET = re.compile("signature|token|secret|credential|api_?key|password", re.IGNORECASE)
_SECRET_HEADERS = frozenset({"set-cookie", "cookie", "x-api-key", "proxy-authorization"})


class Verdict(Enum):
    """The result of a run, with its exit status."""

    CLEAN = ("clean", 0)
    BROKEN = ("contract broken", 1)
    UNAVAILABLE = ("upstream unavailable", 3)
    CRASHED = ("crashed", 70)
    INTERRUPTED = ("interrupted", 130)

    def __init__(self, text: str, code: int) -> None:
        """Take the text for reports and the exit status."""
        self.text = text
        self.code = code


class Weight(Enum):
    """What a finding means for the verdict."""

    ERROR = "error"
    ADVICE = "advice"
    FLAKY = "flaky"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which findings fail a run.

    Attributes:
        strict: advice and flaky findings fail it too.
        verified_warns: rules that no page states are advice.
    """

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
    """Everything that is reported about a run.

    Attributes:
        accepted: the findings that are known deviations.
        complaints: what is wrong with the known deviations.
        checks: the names of the checks, each with what it holds.
        trouble: why the run ended early; empty when it did not.
    """

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


def verdict_of(
    findings: tuple[Finding, ...],
    rules: Rules,
    *,
    not_checked: tuple[NotChecked, ...],
    complaints: tuple[str, ...],
    unavailable: str,
) -> Verdict:
    """The verdict on a run that did not end early."""
    if any(rules.fails(each) for each in findings):
        return Verdict.BROKEN
    if unavailable:
        return Verdict.UNAVAILABLE
    return Verdict.BROKEN if rules.strict and (complaints or not_checked) else Verdict.CLEAN


def redact(text: str) -> str:
    """A text with the signatures and tokens in its URLs hidden; the guard has removed the keys."""
    return _PARAMETER.sub(
        lambda found: found[1] + HIDDEN if _SECRET.search(found[2]) else found[0], text
    )


def redact_header(name: str, value: str) -> str:
    """The value of a header, hidden where it is a secret."""
    return HIDDEN if name.lower() in _SECRET_HEADERS else redact(value)
