"""One run: its parts in the order that money asks for, and what came of them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from contract_tests.checks.check import Check, LifeCycle, Passive, Probe
from contract_tests.findings.finding import Breach, Certainty, Finding, NotChecked, Skipped
from contract_tests.guard.line import GuardedConnection
from contract_tests.lifecycle.observing import Extent, Observer
from contract_tests.lifecycle.orders import Order
from contract_tests.lifecycle.trace import Life
from contract_tests.runner import generated
from contract_tests.runner.availability import (
    out_of_service,
    require_available,
    require_service,
    why_no_job,
)
from contract_tests.runner.capabilities import Capability
from contract_tests.runner.collected import Findings, finding
from contract_tests.runner.fail_fast import FailFast
from contract_tests.runner.options import Options
from contract_tests.runner.plan import planned
from contract_tests.runner.repeat import repeat_passive
from contract_tests.runner.targets import Target
from contract_tests.wire.session import RefusedError, UnansweredError

Say = Callable[[str], None]
# Of a limited number of requests, these are kept for the jobs and the list.
_REQUESTS_A_JOB = 60
_REQUESTS_A_FURTHER_JOB = 25


@dataclass
class Run:
    """A run in progress; what it has found is there at any time, also when it was interrupted."""

    options: Options
    target: Target
    line: GuardedConnection
    say: Say = field(default=lambda text: None)
    findings: Findings = field(default_factory=Findings)
    life: Life = field(default_factory=Life)
    fail_fast: FailFast = field(default_factory=FailFast)
    unavailable: str = ""
    began: bool = False
    # The names of what has looked at all that it was to look at.
    looked: set[str] = field(default_factory=set)
    _looked_at: int = 0
    _observer: Observer | None = None
    _planned: Sequence[Order] = ()
    _complete: bool = False

    def go(self) -> None:
        """Run all parts.

        Raises:
            UnavailableError: the target cannot be held to anything.
            KeyRefusedError: it refuses the key.
            EnoughError: it was to end at the first finding, and has one.
        """
        self.say("Looking whether the target is there")
        require_available(self.line.session)
        self.begin()
        self._probe(acceptance=False)
        self._probe(acceptance=True)
        self.fuzz()
        self._require_more()
        self.observe()
        self.drive_machine()
        self._complete = not self.line.guard.halt.why

    def begin(self) -> None:
        """Work out which jobs are to be made, and keep what they need."""
        left = self.line.guard.policy.jobs_left
        self._planned = planned(self.options, self.target, self.line.session.contract, left)
        self._hold_back(self._planned)
        self.began = True

    def finish(self) -> None:
        """Judge what there is, after the last part or after an interruption."""
        if self._observer is not None:
            self.life = self._observer.life()
        self.look()
        for check in self._checks(LifeCycle):
            assert isinstance(check, LifeCycle)
            self.say(f"Check {check.name}")
            self.judge_life(check)
        if self._complete:
            self.looked |= {each.name for each in self._checks(Passive)}

    def requests_by_sender(self) -> dict[str, int]:
        """How many requests each sender made."""
        return dict(Counter(each.sender for each in self.line.guard.exchanges))

    def findings_of(self, name: str) -> list[Finding]:
        """The findings of one check, or of all whose names begin so."""
        found = self.findings.findings.values()
        return [each for each in found if each.check.partition(".")[0] == name]

    def gaps_of(self, name: str) -> list[NotChecked]:
        """What one check could not look at."""
        return [each for each in self.findings.not_checked.values() if each.check == name]

    def _checks(self, kind: type[Check]) -> Iterator[Check]:
        chosen = self.options.chosen_checks()
        return (check for check in chosen if isinstance(check, kind) and self.applies(check))

    def applies(self, check: Check) -> bool:
        """Whether a check is about something that the contract's dialect has."""
        return check.applies(self.line.session.contract)

    def _hold_back(self, planned: Sequence[Order]) -> None:
        """Keep jobs and requests for the life cycle while other parts run."""
        policy = self.line.guard.policy
        # One job may go to a target that accepts what it must refuse, if that is not the last.
        policy.held_back_jobs = max(1, len(planned) - 1) if planned else 0
        wanted = _REQUESTS_A_JOB * bool(planned) + _REQUESTS_A_FURTHER_JOB * len(planned[1:4])
        policy.held_back_requests = wanted

    def _probe(self, *, acceptance: bool) -> None:
        for check in self._checks(Probe):
            assert isinstance(check, Probe)
            if check.acceptance is acceptance:
                self.say(f"Check {check.name}")
                self.probe_one(check)
                self._require_more()
        self.look()
        self._require_more()

    def _require_more(self) -> None:
        """Go on unless there is enough, or the target has nothing more to say."""
        self.fail_fast.require_more(self.findings.findings.values())
        require_service(self.line.guard.exchanges)

    def probe_one(self, check: Probe) -> None:
        """Let a check send its requests; what it finds is looked at twice."""
        taken = self.findings.add(check, self._ask(check))
        self.looked.add(check.name)
        if taken and not self._has_cost(taken):
            results = list(self._ask(check))
            again = {finding(check, each).identity for each in results if isinstance(each, Breach)}
            whole = not any(isinstance(each, Skipped) for each in results)
            for each in taken:
                if each.identity in again:
                    self.findings.certain(each, Certainty.REPEATED)
                elif whole:
                    other = "the second time nothing was wrong"
                    self.findings.certain(each, Certainty.FLAKY, other)

    def _ask(self, check: Probe) -> Iterator[Breach | Skipped]:
        """What a probe finds, and what it could not look at."""
        try:
            yield from map(_judged, check.run(self.line.session.named(check.name)))
        except RefusedError as error:
            yield Skipped("", str(error))
        except UnansweredError as error:
            yield Skipped(error.exchange.operation, f"no reply: {error.exchange.trouble}")

    def _has_cost(self, taken: Sequence[Finding]) -> bool:
        if not self.target.billable:
            return False
        exchanges = [each.exchange for each in taken if each.exchange]
        return any(each.request.method == "POST" and each.status < 300 for each in exchanges)

    def look(self) -> None:
        """Let the passive checks see what has passed since they last looked."""
        known = self.line.guard.exchanges
        fresh, self._looked_at = known[self._looked_at :], len(known)
        passive = self._passive()
        found: dict[tuple[str, str, str], Finding] = {}
        for check, exchange in ((check, each) for each in fresh for check in passive):
            if check.examines(exchange):
                results = check.run(self.line.session.contract, exchange)
                found |= {each.identity: each for each in self.findings.add(check, results)}
        session = self.line.session.named("repeat")
        repeat_passive(self.findings, passive, found.values(), session)
        self._looked_at = len(known)

    def wants_more(self, found: Sequence[Finding]) -> bool:
        """Whether more is to be sent, by what has passed and what else was found."""
        exchanges, contract = self.line.guard.exchanges, self.line.session.contract
        return self.fail_fast.wants_more(contract, exchanges, self._passive(), found)

    def _passive(self) -> list[Passive]:
        return [check for check in self._checks(Passive) if isinstance(check, Passive)]

    def fuzz(self) -> None:
        """Let Schemathesis run its phases."""
        if self.options.fuzzes:
            generated.fuzz(self)

    def drive_machine(self) -> None:
        """Let calls come in any order; it runs where time can be moved."""
        if self.options.drives_machine:
            generated.drive(self)

    def observe(self) -> None:
        """Make the jobs and observe them, once."""
        if self._observer is not None or not any(self._checks(LifeCycle)):
            return
        self._hold_back(())
        self.say(f"Making {len(self._planned)} jobs and following them to their end")
        self._observer = self._observe(self._planned)
        self.life = self._observer.life()
        self.unavailable = why_no_job(self.life)

    def _observe(self, planned: Sequence[Order]) -> Observer:
        free = Capability.FREE in self.target.capabilities
        left = self.line.guard.policy.jobs_left
        extent = Extent(
            tail=2 if self.options.quick else 3,
            remixes=left is None or left > len(planned),
            closed=Capability.CONTROL in self.target.capabilities,
            thorough=free and not self.options.quick,
        )
        observer = Observer(self.line.session.named("life"), self.target.pace, extent)
        self._observer = observer
        if not planned:
            budget = self.line.guard.policy.limits.budget
            nothing = "the contract has no request that makes a job"
            observer.why_none = nothing if budget is None else f"budget: {budget} jobs"
            observer.observe_existing()
        else:
            observer.observe(planned)
        return observer

    def judge_life(self, check: LifeCycle) -> None:
        """Let a check look at what was observed."""
        seen = any(self.life.having(moment) for moment in check.moments)
        if seen or (check.walks and self.life.walks):
            results = check.run(self.line.session.contract, self.life)
            self.findings.add(check, map(_judged, results))
            if self._complete:
                self.looked.add(check.name)
        else:
            reasons = (self.life.missing.get(each) for each in sorted(check.moments))
            why = next(filter(None, reasons), "the run was over before")
            self.findings.skip(check.name, "", why)


def _judged(result: Breach | Skipped) -> Breach | Skipped:
    """A result as it counts: that a target has no time or no quota breaks no rule of the check."""
    if isinstance(result, Breach) and result.exchange and (why := out_of_service(result.exchange)):
        return Skipped(result.operation, why)
    return result
