"""Decides about each request before it is sent: what may pass, and what the run has spent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contract_tests.guard.judging import Kind, is_absent
from contract_tests.guard.ledger import Ledger
from contract_tests.wire.exchange import Request

BUDGET = "budget"
UNLISTED = "not listed"
# The target may have made something although it did not say so.
_UNSURE = frozenset({0, 500, 502, 504})
_SUCCESS = range(200, 300)
_REFUSED = range(400, 500)
# So many creates without a reply are sent to a target that nothing is known of yet.
_MOST_UNSURE = 3
# So many refusals show that a target refuses what it must.
_ENOUGH = 5
# So much is kept of what a target sends.
_MOST_RECEIVED = 1 << 30
# By these headers a case is known again when it is sent a second time.
CASE_HEADERS = ("x-schemathesis-testcaseid", "x-contract-case")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a run may do: ``budget`` jobs and ``max_requests`` requests; None is without limit.

    ``billable``: what the run makes may cost money, so that only listed requests pass.
    """

    billable: bool = False
    budget: int | None = None
    max_requests: int | None = None


@dataclass
class Policy:
    """The limits of a run and how much of them is used; asked by one request at a time.

    ``held_back`` requests and jobs are kept for a later part of the run. ``unsure`` are requests
    without a reply that a target may have accepted although it must refuse them; they count until
    the target has shown that it is strict. ``received`` are the bytes of all bodies, and ``lost``
    the creates after which there may be a job whose id nobody knows.
    """

    limits: Limits
    ledger: Ledger
    requests: int = 0
    spent: int = 0
    held_back_requests: int = 0
    held_back_jobs: int = 0
    refused: int = 0
    accepted_wrongly: int = 0
    unsure: int = 0
    received: int = 0
    lost: int = 0
    _cases: set[str] = field(default_factory=set)

    def refusal(self, request: Request, kind: Kind, named: str) -> str:
        """Why a request may not pass; empty when it may, and then its slots are reserved."""
        why = self._spent_out(kind) or (self._unlisted(kind, named) if self.limits.billable else "")
        if not why and kind in (Kind.MAY_CREATE, Kind.MUST_BE_REFUSED) and request.method == "POST":
            why = self._repeat(request)
        if not why:
            self.requests += 1
            self.spent += kind is Kind.MAY_CREATE
        return why

    def settle(self, kind: Kind, status: int, job: str, operation: str) -> None:
        """Note what came of a request that passed: a reserved slot is used or given back."""
        accepted = status in _SUCCESS and operation != ""
        if kind is Kind.MAY_CREATE:
            self.spent -= not accepted and status not in _UNSURE
            self.lost += status in _UNSURE or (accepted and not job)
        elif kind is Kind.MUST_BE_REFUSED:
            self.spent += accepted
            self.accepted_wrongly += accepted
            self.refused += status in _REFUSED
            self.unsure += status == 0 and operation != ""
            if self.is_strict:
                self.unsure = 0
        if accepted and kind in (Kind.MAY_CREATE, Kind.MUST_BE_REFUSED):
            self.ledger.add(job, operation)

    @property
    def is_strict(self) -> bool:
        """Whether the target has shown that it refuses what it must: then no reply is no job."""
        return self.refused >= _ENOUGH and self.accepted_wrongly == 0

    @property
    def jobs_left(self) -> int | None:
        """How many jobs may still be made; None without limit."""
        return None if self.limits.budget is None else max(0, self.limits.budget - self.spent)

    def _spent_out(self, kind: Kind) -> str:
        most = self.limits.max_requests
        if most is not None and self.requests >= most - self.held_back_requests:
            return f"requests: the limit is {most}"
        if self.received >= _MOST_RECEIVED:
            return f"bytes: the target has sent {_MOST_RECEIVED} and more"
        budget = self.limits.budget
        if budget is None or kind not in (Kind.MAY_CREATE, Kind.MUST_BE_REFUSED):
            return ""
        # What must be refused needs a free slot too, for a target that accepts it; with a budget
        # of 0 it is all a run can send, until the target accepts the first.
        free = budget - self.spent - self.held_back_jobs
        if kind is Kind.MAY_CREATE:
            free -= self.unsure
        elif self.unsure >= _MOST_UNSURE:
            return f"{BUDGET}: {self.unsure} creates had no reply"
        elif self.spent == 0:
            free = max(free, 1)
        return "" if free > 0 else f"{BUDGET}: {self.spent} of {budget} jobs used"

    def _unlisted(self, kind: Kind, named: str) -> str:
        if kind is Kind.UNLISTED:
            return f"{UNLISTED}: the contract has no such operation"
        if kind is Kind.WEBHOOKS:
            return "webhooks: those of an account are left alone"
        if kind is Kind.DELETE and not (self.ledger.has(named) or is_absent(named)):
            return "not ours: only what the run made is deleted"
        return ""

    def _repeat(self, request: Request) -> str:
        if not self.limits.billable:
            return ""
        cases = {value for name in CASE_HEADERS if (value := request.header(name))}
        if cases & self._cases:
            return "repeat: this case was sent before"
        self._cases |= cases
        return ""


def summary(policy: Policy) -> Mapping[str, int]:
    """What was used, for reports."""
    return {"requests": policy.requests, "jobs": len(policy.ledger)}
