"""The life of jobs as a Hypothesis state machine: calls in any order, compared with a model.

It needs a clock that can be moved and jobs that cost nothing. The model has the properties that a
client may rely on: a status only goes forward, progress never falls, fixed fields keep their
values, and a deleted job is gone everywhere.
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
from contract_tests.lifecycle.planned_jobs import PlannedJob
from contract_tests.wire.exchange import Exchange, Request, number
from contract_tests.wire.session import Session

_FIXED = ("id", "created_at", "model", "size", "seconds")
_STEPS = 25
_LONGEST_S = 120
_CONTENT = "downloadVideoContent"
# The operations by which the model can know everything in an account.
_LISTED = ("listVideos", "deleteVideo")


@dataclass
class JobModel:
    """What the model knows of one job.

    Attributes:
        rank: how far its last status is in the order of statuses.
        age_s: how many seconds ago it was created.
        fixed: the values of the fields that never change.
    """

    id: str
    rank: int = 0
    age_s: int = 0
    status: str = ""
    progress: float = 0
    fixed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MachineContext:
    """What the machine acts on.

    Attributes:
        bearer: the Authorization header of its requests.
        jobs: the jobs that it may create.
        move: moves the clock of its account by some seconds.
    """

    session: Session
    bearer: str
    jobs: Sequence[PlannedJob]
    move: Callable[[float], None]


class BrokenModelError(AssertionError):
    """The target contradicts the model."""

    def __init__(self, exchange: Exchange, expected: str, received: str) -> None:
        """Keep the facts of a finding."""
        super().__init__(f"expected {expected}, received {received}")
        self.exchange, self.expected, self.received = exchange, expected, received


class JobMachine(RuleBasedStateMachine):
    """The jobs of one account that nothing else uses."""

    jobs = Bundle("jobs")

    def __init__(self, context: MachineContext) -> None:
        """Start with an empty account."""
        super().__init__()
        self.context = context
        self.alive: dict[str, JobModel] = {}

    @rule(target=jobs, number=st.integers(0, 20))
    def create(self, number: int) -> JobModel:
        """Create a job."""
        planned = self.context.jobs[number % len(self.context.jobs)]
        created = self._send(request_of(planned.variant, planned.body))
        status = created.status
        self._expect(created, status == 200, "200 for a documented request", str(status))
        job = JobModel(str(created.reply.object.get("id")))
        self._expect(created, job.id not in self.alive, "an id of its own", job.id)
        self.alive[job.id] = job
        if planned.variant.family == "videos":
            self._expect_model(job, created)
        return job

    @precondition(lambda self: self._has("retrieveVideo"))
    @rule(job=jobs)
    def retrieve(self, job: JobModel) -> None:
        """Retrieve a job."""
        self._expect_model(job, self._call("retrieveVideo", job.id))

    @precondition(lambda self: self._has(_CONTENT))
    @rule(job=jobs)
    def download(self, job: JobModel) -> None:
        """Content is served once the job is completed, and not before."""
        if job.age_s * 1000 >= self._contract.dialect.content.kept_ms:
            return
        answer = self._call(_CONTENT, job.id)
        stages = self._contract.stages
        ended = stages.ended(job.status)
        ready = stages.completed(job.status)
        right = answer.status == 200 if ready else not ended or answer.status >= 400
        self._expect(answer, right, f"content only of a completed job ({job.status})",
                     str(answer.status))  # fmt: skip

    @precondition(lambda self: self._has("deleteVideo"))
    @rule(job=consumes(jobs))
    def delete(self, job: JobModel) -> None:
        """Delete a job; it is gone."""
        answer = self._call("deleteVideo", job.id)
        self._expect(answer, answer.status == 200, "200 for a delete", str(answer.status))
        del self.alive[job.id]
        for operation in filter(self._has, ("retrieveVideo", _CONTENT)):
            gone = self._call(operation, job.id)
            status = self._contract.status_of("video_not_found", operation)
            self._expect(
                gone, gone.status == status, f"{status} after the delete", str(gone.status)
            )

    @precondition(lambda self: self._has(*_LISTED))
    @rule()
    def list(self) -> None:
        """The list contains exactly the existing jobs."""
        path = self._contract.operation("listVideos").path
        answer = self._send(Request("GET", f"{path}?limit=100"))
        data = answer.reply.object.get("data")
        found = sorted(str(each.get("id")) for each in data) if isinstance(data, list) else []
        self._expect(answer, found == sorted(self.alive), f"the {len(self.alive)} jobs there are",
                     f"{len(found)} entries")  # fmt: skip

    @rule(seconds=st.integers(1, _LONGEST_S))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.context.move(seconds)
        for job in self.alive.values():
            job.age_s += seconds

    def teardown(self) -> None:
        """Leave the account empty."""
        for job in self.alive if self._has("deleteVideo") else ():
            self._call("deleteVideo", job)

    @property
    def _contract(self) -> TargetContract:
        return self.context.session.contract

    def _has(self, *operations: str) -> bool:
        return all(map(self._contract.has, operations))

    def _call(self, operation: str, job: str) -> Exchange:
        found = self._contract.operation(operation)
        return self._send(Request(found.method, found.fill(video_id=job)))

    def _expect_model(self, job: JobModel, answer: Exchange) -> None:
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
        return self.context.session.send(request.with_headers(authorization=self.context.bearer))

    @staticmethod
    def _expect(exchange: Exchange, holds: bool, expected: str, received: str) -> None:
        if not holds:
            raise BrokenModelError(exchange, expected, received)


def run_machine(context: MachineContext, sequences: int, chance: int) -> Breach | None:
    """Run the machine; what it found, with the shortest calls that lead to it.

    Args:
        sequences: how many sequences of calls to try.
        chance: the seed.

    Raises:
        RefusedError: the guard did not send a request.
        UnansweredError: there was no response.
    """

    # Hypothesis keeps every class of machine for good; a class for each context would keep the
    # contexts too.
    @seed(chance)
    def machine() -> JobMachine:
        return JobMachine(context)

    configured = settings(
        max_examples=sequences,
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
        # Annotated as a class, documented as anything that makes a machine.
        run_state_machine_as_test(machine, settings=configured)  # type: ignore[arg-type]
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
