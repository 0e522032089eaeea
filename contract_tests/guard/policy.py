"""Decides whether a request may be sent, and counts what the run has spent."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from contract_tests.guard.classification import RequestKind, is_absent
from contract_tests.wire.exchange import Request

BUDGET = "budget"
UNLISTED = "not listed"
# After these (0: no response) the target may have created a job.
_UNSURE = frozenset({0, 500, 502, 504})
_SUCCESS = range(200, 300)
_REFUSED = range(400, 500)
# How many creates without a response are sent to a target not yet known to be strict.
_MOST_UNSURE = 3
# After so many refusals a target counts as strict.
_ENOUGH = 5
# How many bytes of responses a run keeps.
_MOST_RECEIVED = 1 << 30
# Identifies a test case of Schemathesis, so that none is sent twice.
_CASE_HEADER = "x-schemathesis-testcaseid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a run.

    Attributes:
        billable: jobs may cost money, so only requests that the contract lists are sent.
        budget: how many jobs may be created; None is without limit.
        max_requests: how many requests may be sent; None is without limit.
    """

    billable: bool = False
    budget: int | None = None
    max_requests: int | None = None


class Ledger:
    """The jobs that a run created, in order, each with its id and operation."""

    def __init__(self, path: Path | None = None) -> None:
        """Also write each entry at once to ``path``, one JSON object a line."""
        self._path = path
        self._entries: list[tuple[str, str]] = []

    def add(self, job: str, operation: str) -> None:
        """Add a job; the id is empty when the response had none."""
        self._entries.append((job, operation))
        if self._path:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"id": job, "operation": operation}) + "\n")

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, each once."""
        return tuple(dict.fromkeys(job for job, _ in self._entries if job))

    def has(self, job: str) -> bool:
        """Whether the run created that job."""
        return any(job == created for created, _ in self._entries)

    def __len__(self) -> int:
        """How many jobs were created, those without an id included."""
        return len(self._entries)


@dataclass
class Policy:
    """The limits of a run, and how much of them is used. It is used by one request at a time.

    Attributes:
        requests: how many requests were sent.
        spent: how many jobs were, or may have been, created.
        held_back_requests: requests kept for a later stage.
        held_back_jobs: jobs kept for a later stage.
        refused: how many requests the target refused as it must.
        accepted_wrongly: how many requests it accepted although it must refuse them.
        unsure: such requests without a response, as long as the target is not known to be strict.
        received: the bytes of all response bodies.
        lost: creates after which there may be a job of unknown id.
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

    def refusal(self, request: Request, kind: RequestKind, named: str) -> str:
        """Why a request may not be sent; empty when it may, and its slots are then reserved."""
        why = self._spent_out(kind) or (self._unlisted(kind, named) if self.limits.billable else "")
        if (
            not why
            and kind in (RequestKind.MAY_CREATE, RequestKind.MUST_BE_REFUSED)
            and request.method == "POST"
        ):
            why = self._repeat(request)
        if not why:
            self.requests += 1
            self.spent += kind is RequestKind.MAY_CREATE
        return why

    def settle(self, kind: RequestKind, status: int, job: str, operation: str) -> None:
        """Count the outcome of a request that was sent: a reserved slot is used or released."""
        accepted = status in _SUCCESS and operation != ""
        if kind is RequestKind.MAY_CREATE:
            self.spent -= not accepted and status not in _UNSURE
            self.lost += status in _UNSURE or (accepted and not job)
        elif kind is RequestKind.MUST_BE_REFUSED:
            self.spent += accepted
            self.accepted_wrongly += accepted
            self.refused += status in _REFUSED
            self.unsure += status == 0 and operation != ""
            if self.is_strict:
                self.unsure = 0
        if accepted and kind in (RequestKind.MAY_CREATE, RequestKind.MUST_BE_REFUSED):
            self.ledger.add(job, operation)

    @property
    def is_strict(self) -> bool:
        """Whether the target refuses what it must, so that no response means no job."""
        return self.refused >= _ENOUGH and self.accepted_wrongly == 0

    @property
    def jobs_left(self) -> int | None:
        """How many jobs may still be created; None is without limit."""
        return None if self.limits.budget is None else max(0, self.limits.budget - self.spent)

    def _spent_out(self, kind: RequestKind) -> str:
        most = self.limits.max_requests
        if most is not None and self.requests >= most - self.held_back_requests:
            return f"requests: the limit is {most}"
        if self.received >= _MOST_RECEIVED:
            return f"bytes: the target has sent {_MOST_RECEIVED} and more"
        budget = self.limits.budget
        if budget is None or kind not in (RequestKind.MAY_CREATE, RequestKind.MUST_BE_REFUSED):
            return ""
        # A request that must be refused needs a free slot too, because the target may accept it.
        # With a budget of 0 such requests are sent until the target accepts the first.
        free = budget - self.spent - self.held_back_jobs
        if kind is RequestKind.MAY_CREATE:
            free -= self.unsure
        elif self.unsure >= _MOST_UNSURE:
            return f"{BUDGET}: {self.unsure} creates had no reply"
        elif self.spent == 0:
            free = max(free, 1)
        return "" if free > 0 else f"{BUDGET}: {self.spent} of {budget} jobs used"

    def _unlisted(self, kind: RequestKind, named: str) -> str:
        if kind is RequestKind.UNLISTED:
            return f"{UNLISTED}: the contract has no such operation"
        if kind is RequestKind.WEBHOOKS:
            return "webhooks: those of an account are left alone"
        if kind is RequestKind.DELETE and not (self.ledger.has(named) or is_absent(named)):
            return "not ours: only what the run made is deleted"
        return ""

    def _repeat(self, request: Request) -> str:
        case = request.header(_CASE_HEADER)
        if not self.limits.billable or case is None:
            return ""
        if case in self._cases:
            return "repeat: this case was sent before"
        self._cases.add(case)
        return ""
