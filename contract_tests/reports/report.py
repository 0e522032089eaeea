"""The report of a run: its verdict, what findings mean for it, and what is hidden in every form."""

import re
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cached_property
from itertools import groupby

from contract_tests.findings.cause import Cause, causes_of
from contract_tests.findings.deviations import Deviation
from contract_tests.findings.finding import Certainty, Finding, NotChecked
from contract_tests.reports.spending import Spending
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedState:
    """A job's status as one response showed it.

    Attributes:
        at_s: seconds since the job's creation.
        stage: queued, running, completed or failed; empty for an unknown status.
        progress: in percent; None where the response has none.
    """

    at_s: float
    status: str
    stage: str
    progress: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job that the run observed.

    Attributes:
        name: J1, J2, ...; of a job that existed before the run, ``existing``.
        job: its id.
        request: the request that created it, in one line.
        usd: its list price in US dollars; None is unknown.
        states: what each response about it showed, in order.
    """

    name: str
    job: str
    request: str
    usd: float | None
    states: tuple[ObservedState, ...]

    @property
    def changes(self) -> tuple[ObservedState, ...]:
        """The first state of each status, in the order in which the job showed them."""
        groups = groupby(self.states, key=lambda each: each.status)
        return tuple(next(group) for _, group in groups)


class Outcome(StrEnum):
    """What a run knows about a check."""

    FAILED = "failed"
    ADVICE = "advice"
    ACCEPTED = "known deviation"
    NOT_CHECKED = "not checked"
    PARTLY = "partly checked"
    PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The result of one check.

    Attributes:
        holds: the rule that the check holds.
        findings: how many findings it has, accepted ones included.
        not_checked: why it has not examined everything.
    """

    name: str
    holds: str
    outcome: Outcome
    findings: int
    not_checked: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that is reported about a run.

    Attributes:
        accepted: the findings that are known deviations.
        complaints: what is wrong with the known deviations.
        checks: the names of the checks, each with what it holds.
        trouble: why the run ended early; empty when it did not.
        jobs: the jobs that the run observed.
        spending: the jobs that were planned and created, with their prices.
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
    spending: Spending = field(default_factory=Spending)
    exchanges: tuple[Exchange, ...] = ()
    jobs: tuple[JobRecord, ...] = ()

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """The causes of the findings; those with most weight and most findings first."""
        return tuple(sorted(causes_of(self.findings), key=self._rank))

    def weight(self, cause: Cause) -> Weight:
        """The greatest weight of a cause's findings."""
        return min(map(self.rules.weight, cause.findings), key=list(Weight).index)

    def _rank(self, cause: Cause) -> tuple[int, int, int]:
        weight = list(Weight).index(self.weight(cause))
        evidence = list(Evidence).index(cause.shown.evidence)
        return weight, evidence, -len(cause.findings)

    @cached_property
    def check_results(self) -> tuple[CheckResult, ...]:
        """The result of each check."""
        return tuple(self._result(name, holds) for name, holds in self.checks)

    def _result(self, name: str, holds: str) -> CheckResult:
        found = [each for each in self.findings if each.check.partition(".")[0] == name]
        accepted = [each for each, _ in self.accepted if each.check.partition(".")[0] == name]
        gaps = [each for each in self.not_checked if each.check == name]
        if any(map(self.rules.fails, found)):
            outcome = Outcome.FAILED
        elif found:
            outcome = Outcome.ADVICE
        elif any(not each.operation for each in gaps):
            outcome = Outcome.NOT_CHECKED
        elif gaps:
            outcome = Outcome.PARTLY
        else:
            outcome = Outcome.ACCEPTED if accepted else Outcome.PASSED
        return CheckResult(
            name=name,
            holds=holds,
            outcome=outcome,
            findings=len(found) + len(accepted),
            not_checked=tuple(f"{each.operation} {each.reason}".strip() for each in gaps),
        )


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
