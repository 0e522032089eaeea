"""The life of jobs as a Hypothesis state machine: any order of calls, held to a small model.

It needs time that can be moved and jobs that cost nothing. The model keeps what a client may rely
on: a status goes forward only, progress never falls, what was said once stays, what was deleted is
gone everywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contract_tests.contract.bodies import request_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.orders import Order
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.json_values import number
from contract_tests.wire.session import Session

_FIXED = ("id", "created_at", "model", "size", "seconds")
_STEPS = 25
_LONGEST_S = 120
_CONTENT = "downloadVideoContent"
# What an account needs for the model to know all that is in it.
_LISTED = ("listVideos", "deleteVideo")


@dataclass
class Job:
    """What the model knows of one job: its id, how far it was, and the last that it said.

    ``age_s`` is how long ago it was made.
    """

    id: str
    rank: int = 0
    age_s: int = 0
    status: str = ""
    progress: float = 0
    fixed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """What the machine acts on: whom it sends as, what it may order, how time moves."""

    session: Session
    bearer: str
    orders: Sequence[Order]
    move: Callable[[float], None]


class BrokenModelError(AssertionError):
    """The target did what the model rules out."""

    def __init__(self, exchange: Exchange, expected: str, received: str) -> None:
        """Keep what a finding says."""
        super().__init__(f"expected {expected}, received {received}")
        self.exchange, self.expected, self.received = exchange, expected, received


class JobMachine(RuleBasedStateMachine):
    """Jobs of one account, which nobody else uses."""

    jobs = Bundle("jobs")

    def __init__(self, world: World) -> None:
        """Begin with an empty account."""
        super().__init__()
        self.world = world
        self.alive: dict[str, Job] = {}

    @rule(target=jobs, number=st.integers(0, 20))
    def create(self, number: int) -> Job:
        """Order a job."""
        order = self.world.orders[number % len(self.world.orders)]
        made = self._send(request_of(order.variant, order.body))
        self._expect(made, made.status == 200, "200 for a documented request", str(made.status))
        job = Job(str(made.reply.object.get("id")))
        self._expect(made, job.id not in self.alive, "an id of its own", job.id)
        self.alive[job.id] = job
        if order.variant.family == "videos":
            self._agrees(job, made)
        return job

    @precondition(lambda self: self._has("retrieveVideo"))
    @rule(job=jobs)
    def retrieve(self, job: Job) -> None:
        """Look at a job."""
        self._agrees(job, self._ask("retrieveVideo", job.id))

    @precondition(lambda self: self._has(_CONTENT))
    @rule(job=jobs)
    def download(self, job: Job) -> None:
        """Content is there when the job is completed, and not before."""
        if job.age_s * 1000 >= self._contract.dialect.content.kept_ms:
            return
        answer = self._ask(_CONTENT, job.id)
        stages = self._contract.stages
        ended = stages.ended(job.status)
        ready = stages.completed(job.status)
        right = answer.status == 200 if ready else not ended or answer.status >= 400
        self._expect(answer, right, f"content only of a completed job ({job.status})",
                     str(answer.status))  # fmt: skip

    @precondition(lambda self: self._has("deleteVideo"))
    @rule(job=consumes(jobs))
    def delete(self, job: Job) -> None:
        """Delete a job: it is gone."""
        answer = self._ask("deleteVideo", job.id)
        self._expect(answer, answer.status == 200, "200 for a delete", str(answer.status))
        del self.alive[job.id]
        for operation in filter(self._has, ("retrieveVideo", _CONTENT)):
            gone = self._ask(operation, job.id)
            told = self._contract.status_of("video_not_found", operation)
            self._expect(gone, gone.status == told, f"{told} after the delete", str(gone.status))

    @precondition(lambda self: self._has(*_LISTED))
    @rule()
    def list(self) -> None:
        """The list holds the jobs there are."""
        path = self._contract.operation("listVideos").path
        answer = self._send(Request("GET", f"{path}?limit=100"))
        data = answer.reply.object.get("data")
        found = sorted(str(each.get("id")) for each in data) if isinstance(data, list) else []
        self._expect(answer, found == sorted(self.alive), f"the {len(self.alive)} jobs there are",
                     f"{len(found)} entries")  # fmt: skip

    @rule(seconds=st.integers(1, _LONGEST_S))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.world.move(seconds)
        for job in self.alive.values():
            job.age_s += seconds

    def teardown(self) -> None:
        """Leave the account empty."""
        for job in self.alive if self._has("deleteVideo") else ():
            self._ask("deleteVideo", job)

    @property
    def _contract(self) -> TargetContract:
        return self.world.session.contract

    def _has(self, *operations: str) -> bool:
        return all(map(self._contract.has, operations))

    def _ask(self, operation: str, job: str) -> Exchange:
        found = self._contract.operation(operation)
        return self._send(Request(found.method, found.fill(video_id=job)))

    def _agrees(self, job: Job, answer: Exchange) -> None:
        self._expect(answer, answer.status == 200, "200 for a job that exists", str(answer.status))
        state: Mapping[str, Any] = answer.reply.object
        status, stages = str(state.get("status")), self._contract.stages
        known = stages.rank(status)
        rank = job.rank if known is None else known
        forward = status == job.status if stages.ended(job.status) else rank >= job.rank
        self._expect(answer, forward, f"no status before '{job.status}'", status)
        progress = number(state.get("progress"))
        if progress is not None and not self._contract.stands_for_stage(status, progress):
            self._expect(answer, progress >= job.progress, f"progress of {job.progress} or more",
                         str(progress))  # fmt: skip
            job.progress = progress
        for name in _FIXED:
            held = job.fixed.setdefault(name, state.get(name))
            self._expect(answer, state.get(name) == held, f"{name} {held} as before",
                         str(state.get(name)))  # fmt: skip
        job.rank, job.status = rank, status

    def _send(self, request: Request) -> Exchange:
        return self.world.session.send(request.with_headers(authorization=self.world.bearer))

    @staticmethod
    def _expect(exchange: Exchange, holds: bool, expected: str, received: str) -> None:
        if not holds:
            raise BrokenModelError(exchange, expected, received)


def drive(world: World, examples: int, chance: int) -> Breach | None:
    """Run the machine; what it found, with the shortest calls that lead to it.

    Raises:
        RefusedError: the guard did not let a request through.
        UnansweredError: there was no reply.
    """

    # Hypothesis keeps every class of machine for good: with a class for each world it would keep
    # the worlds.
    @seed(chance)
    def machine() -> JobMachine:
        return JobMachine(world)

    told = settings(
        max_examples=examples,
        stateful_step_count=_STEPS,
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        print_blob=False,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=tuple(settings.get_profile("default").suppress_health_check),
    )
    try:
        # Annotated as a class, documented as whatever makes a machine.
        run_state_machine_as_test(machine, settings=told)  # type: ignore[arg-type]
    except BrokenModelError as error:
        return _breach(error)
    return None


def _breach(error: BrokenModelError) -> Breach:
    steps = [line.strip() for note in getattr(error, "__notes__", ()) for line in note.split("\n")]
    calls = [line for line in steps if line.startswith(("state.", "jobs_"))]
    received = error.received + (f" after {'; '.join(calls)}" if calls else "")
    return Breach(
        operation=error.exchange.operation,
        expected=error.expected,
        received=received,
        exchange=error.exchange,
        key=error.expected,
    )
