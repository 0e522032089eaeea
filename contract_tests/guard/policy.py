"""Decides whether a request may be sent, and counts what the run has spent."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from contract_tests.guard.classification import RequestKind, is_absent
from contract_tests.guard.purse import Purse
from contract_tests.wire.exchange import Request

BUDGET = "budget"
UNLISTED = "not listed"
# The kinds of request after which a target may have created a job, if only by mistake.
CREATES = (RequestKind.MAY_CREATE, RequestKind.MAY_BE_ACCEPTED, RequestKind.MUST_BE_REFUSED)
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


@dataclass(frozen=True, slots=True)
class Entry:
    """A job that a run created.

    Attributes:
        job: its id; empty when the response had none.
        number: the number of the exchange that created it.
    """

    job: str
    operation: str
    number: int = 0


class Ledger:
    """The jobs that a run created, in order."""

    def __init__(self, path: Path | None = None) -> None:
        """Also write each entry at once to ``path``, one JSON object a line."""
        self._path = path
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        """Add a job."""
        self._entries.append(entry)
        if self._path:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"id": entry.job, "operation": entry.operation}) + "\n")

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every job, those without an id included."""
        return tuple(self._entries)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, each once."""
        return tuple(dict.fromkeys(each.job for each in self._entries if each.job))

    def has(self, job: str) -> bool:
        """Whether the run created that job."""
        return any(job == each.job for each in self._entries)

    def __len__(self) -> int:
        """How many jobs were created, those without an id included."""
        return len(self._entries)


@dataclass
class JobSlots:
    """The jobs that a run plans to create, as far as it has not created them.

    A request that a target accepts although it should refuse it takes the place of the last job of
    the plan, so that no more is created than planned. Only one may do so, and never the only job.

    Attributes:
        planned: how many jobs the plan has.
        to_come: how many of them have not been requested yet.
    """

    planned: int
    to_come: int = field(init=False)
    _taking: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Begin with the whole plan to come."""
        self.to_come = self.planned

    @contextmanager
    def taking(self) -> Iterator[None]:
        """Use one job of the plan for the create that is sent in the block."""
        self.to_come -= 1
        self._taking = True
        try:
            yield
        finally:
            self._taking = False

    def free(self, spent: int) -> int:
        """How many jobs may be created by the next request, after ``spent`` jobs."""
        if self._taking:
            return self.planned - spent
        is_place_taken = spent > self.planned - self.to_come
        return int(self.planned > 1 and self.to_come > 0 and not is_place_taken)


@dataclass
class Policy:
    """The limits of a run, and how much of them is used. It is used by one request at a time.

    Attributes:
        requests: how many requests were sent.
        spent: how many jobs were, or may have been, created.
        plan: the jobs that the run plans to create; None where it has no plan.
        held_back_requests: requests kept for a later stage.
        only_refusals: whether no request is sent that the contract allows to create something.
        refused: how many requests the target refused as it must.
        accepted_wrongly: how many requests it accepted although it must refuse them.
        unsure: such requests without a response, as long as the target is not known to be strict.
        received: the bytes of all response bodies.
        lost: creates after which there may be a job of unknown id.
        purse: the money that creates may cost; None is without limit.
    """

    limits: Limits
    ledger: Ledger
    requests: int = 0
    spent: int = 0
    plan: JobSlots | None = None
    held_back_requests: int = 0
    only_refusals: bool = False
    refused: int = 0
    accepted_wrongly: int = 0
    unsure: int = 0
    received: int = 0
    lost: int = 0
    purse: Purse | None = None
    _cases: set[str] = field(default_factory=set)

    def refusal(self, request: Request, kind: RequestKind, named: str) -> str:
        """Why a request may not be sent; empty when it may, and its slots are then reserved."""
        why = self._spent_out(kind) or (self._unlisted(kind, named) if self.limits.billable else "")
        if not why and kind in CREATES and request.method == "POST":
            why = self._repeat(request)
        if not why and kind in CREATES and self.purse is not None:
            why = self.purse.hold(request, named, certain=kind is RequestKind.MUST_BE_REFUSED)
        if not why:
            self.requests += 1
            self.spent += kind is RequestKind.MAY_CREATE
        return why

    def settle(self, kind: RequestKind, status: int, job: str, operation: str) -> bool:
        """Count the outcome of a request that was sent: a reserved slot is used or released.

        Returns whether it has created something.
        """
        accepted = status in _SUCCESS and operation != ""
        if kind is RequestKind.MAY_CREATE:
            self.spent -= not accepted and status not in _UNSURE
            self.lost += status in _UNSURE or (accepted and not job)
        elif kind in CREATES:
            self.spent += accepted
            self.accepted_wrongly += accepted
            self.refused += status in _REFUSED
            self.unsure += status == 0 and operation != ""
            if self.is_strict:
                self.unsure = 0
        if kind in CREATES and self.purse is not None:
            is_sure = kind is RequestKind.MUST_BE_REFUSED
            created = accepted or (status in _UNSURE and not is_sure)
            self.purse.settle(job, certain=is_sure, created=created)
        return accepted and kind in CREATES

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
        if kind in CREATES and self.limits.budget is not None:
            return self._over_budget(kind, self.limits.budget)
        return ""

    def _over_budget(self, kind: RequestKind, budget: int) -> str:
        is_create = kind is RequestKind.MAY_CREATE
        free = budget - self.spent
        if self.plan is not None:
            free = min(free, self.plan.free(self.spent))
        if is_create and self.only_refusals:
            return f"{BUDGET}: generated requests create nothing"
        if is_create:
            free -= self.unsure
        elif self.unsure >= _MOST_UNSURE:
            return f"{BUDGET}: {self.unsure} creates had no reply"
        elif kind is RequestKind.MUST_BE_REFUSED and self.spent == 0:
            # It is sent without a budget, too, until the target accepts the first.
            free = max(free, 1)
        return "" if free > 0 else self._why_over_budget(budget)

    def _why_over_budget(self, budget: int) -> str:
        used = f"{BUDGET}: {self.spent} of {budget} jobs used"
        kept = self.plan.to_come if self.plan is not None else 0
        return f"{used}, {kept} kept for the plan" if kept else used

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
