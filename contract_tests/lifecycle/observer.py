"""Creates a run's jobs, each once, and observes them from creation to end."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import takewhile
from typing import Any

from contract_tests.lifecycle.content_requests import ContentDepth
from contract_tests.lifecycle.job_options import IS_PRIVATE, PRIVATE
from contract_tests.lifecycle.listing import WALKS, ListQuery, read_others, walk
from contract_tests.lifecycle.observed_job import ObservedJob
from contract_tests.lifecycle.planned_jobs import PlannedJob
from contract_tests.lifecycle.trace import Life, ListWalk, Moment
from contract_tests.lifecycle.waiting import Wait, why_broken
from contract_tests.targets.pace import Pace
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import id_of, number
from contract_tests.wire.session import Session
from openapi.contract.requests import RequestVariant
from openapi.jobs.roles import Role

_BURST = 5
# For what part of the bound a job that has broken the contract is still polled.
_PATIENCE = 0.1
_OF_REMIX = (
    *(Moment.REMIX_WITHOUT_PROMPT, Moment.REMIX_WITH_BLANK_PROMPT),
    *(Moment.REMIX, Moment.REMIX_RETRIEVE),
)


def _unobserved(_waits: Sequence[Wait]) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much of the jobs is observed.

    Attributes:
        tail: how often the first job is polled after its end.
        closed: nothing else uses the account, so its list contains the run's jobs and no others.
        thorough: the content of every job is observed, not only that of the first.
    """

    tail: int = 3
    closed: bool = False
    thorough: bool = True

    def depth(self, *, first: bool) -> ContentDepth:
        """How much of one job's content is requested; of the first, everything."""
        return ContentDepth.ALL if first or self.thorough else ContentDepth.ONCE


@dataclass
class Observer:
    """Observes jobs; its record is complete at any time, also after an interruption.

    Attributes:
        origin: the target's URL; addresses in answers are opened if they are there.
        taking: is open while a job of the plan is requested.
        waiting: is called with the jobs that are waited for, after each round of polls.
        why_none: why there is no job.
    """

    session: Session
    pace: Pace
    extent: Extent
    origin: str = ""
    taking: Callable[[], AbstractContextManager[None]] = nullcontext
    waiting: Callable[[Sequence[Wait]], None] = _unobserved
    jobs: list[ObservedJob] = field(default_factory=list)
    walks: list[ListWalk] = field(default_factory=list)
    refusals: list[ListWalk] = field(default_factory=list)
    remixes: list[str] = field(default_factory=list)
    why_none: str = "the run was over before"
    _broken: dict[str, float] = field(default_factory=dict)
    _remixes: bool = False
    _has_remixed: bool = False

    def life(self) -> Life:
        """Everything observed so far."""
        exists = any(each.job for each in self.jobs)
        given_up = next((each.given_up for each in self.jobs if each.given_up), "")
        why = (given_up or "no job came so far") if exists else self.why_none
        missing: dict[Moment, str] = dict.fromkeys(Moment, why) | self._unobservable()
        for each in self.jobs:
            missing |= each.missing
        traces = tuple(each.trace() for each in self.jobs if each.steps)
        return Life(traces, tuple(self.walks), tuple(self.refusals), missing)

    def _unobservable(self) -> dict[Moment, str]:
        """The moments that this target or this budget rules out, with the reason."""
        found: dict[Moment, str] = {}
        if not self._remixes:
            found |= dict.fromkeys(_OF_REMIX, "budget: the plan has no remix")
        if Capability.OTHER_KEY not in self.session.capabilities:
            why = f"the target lacks: {Capability.OTHER_KEY.value}"
            others = [each for each in Moment if each.name.startswith("OTHER_KEY")]
            found |= dict.fromkeys(others, why)
        return found

    def observe(self, planned: Sequence[PlannedJob]) -> None:
        """Create the jobs, poll them to their end, remix one, list them, delete the first."""
        self._remixes = any(each.is_remix for each in planned)
        lives = (each for each in planned if not each.is_remix)
        self._list((), (), thoroughly=False)
        created = [job for each in lives if (job := self._create(each))]
        self._list(created, (), thoroughly=False)
        self._follow(created)
        self._remix(created)
        remixes = [each for each in self.jobs if each.parent]
        self._follow(remixes)
        for job in (*created, *remixes):
            if job.ended:
                job.grow_old(self.pace.leap, self.extent.tail if job is created[0] else 1)
        self._list(created, ())
        if created:
            created[0].delete()
            self._list(created[1:], (created[0].job,), thoroughly=False)

    def list_refusals(self, made: Sequence[str]) -> None:
        """List the jobs before or after requests that must be refused; ``made`` were created.

        In an account that others use, jobs of theirs may come in the meantime.
        """
        found = walk(self.session.named("list"), WALKS[0]) if self.extent.closed else None
        if found:
            self.refusals.append(replace(found, jobs=tuple(made), closed=True))

    def observe_existing(self, why_none: str) -> None:
        """Read a finished job that already existed, and the list that contains it.

        Args:
            why_none: why no job is created.
        """
        self.why_none = why_none
        existing = walk(self.session, ListQuery(name="existing jobs", most_pages=2))
        if existing is None:
            return
        self.walks.append(existing)
        stages = self.session.contract.stages
        done = [each for each in existing.entries() if stages.completed(each.get("status"))]
        if not done:
            return
        job = ObservedJob(self.session, "existing", "videos", existing=True, ended=True)
        job.job = id_of(done[0])
        self.jobs.append(job)
        if self._is_kept(done[0], existing.pages[-1].at_s):
            job.download(ContentDepth.RANGES)
        else:
            job.missing[Moment.CONTENT] = "the account's last video is no longer kept"
        job.grow_old(self.pace.leap, 2)

    def _is_kept(self, state: Mapping[str, Any], now_s: float) -> bool:
        """Whether a completed job's content should still be served."""
        content = self.session.contract.dialect.content
        since = state.get("created_at" if content.from_birth else "completed_at")
        until = [state.get("expires_at")]
        if (known := number(since)) is not None:
            until.append(known + content.kept_ms / 1000)
        return all(each > now_s for each in map(number, until) if each is not None)

    def _create(self, planned: PlannedJob) -> ObservedJob | None:
        name = f"J{1 + sum(not each.parent for each in self.jobs)}"
        job = self._to_create(name, planned)
        with self.taking():
            is_created = job.create(planned)
            if not is_created and planned.simpler and job.is_refused:
                job, planned = self._to_create(name, planned.simpler), planned.simpler
                is_created = job.create(planned)
        if not is_created:
            self.why_none = job.missing.get(Moment.CREATE, self.why_none)
            return None
        job.start(_BURST if self.extent.thorough or name == "J1" else 2)
        return job

    def _to_create(self, name: str, planned: PlannedJob) -> ObservedJob:
        job = ObservedJob(
            self.session.named(name),
            name,
            self._family(planned.variant),
            planned.variant,
            planned.body,
            scenario=planned.scenario,
            bound=self.pace.bound,
            still=self.pace.still,
            origin=self.origin,
        )
        self.jobs.append(job)
        return job

    def _family(self, variant: RequestVariant) -> str:
        """The wire format of a job; of a described one, the operation that reads it."""
        roles = self.session.contract.roles
        if variant.operation not in roles:
            return variant.family
        reads = [name for name, role in roles.items() if role.role is Role.READ]
        reads.sort(key=lambda name: not roles[name].operation.path.startswith(variant.path))
        return reads[0] if reads else variant.family

    def _follow(self, created: Sequence[ObservedJob]) -> None:
        """Poll the jobs in turn until all have ended, are given up, or the bound is reached."""
        left = self._unended(created, created)
        rounds = 0
        while left:
            rounds += 1
            for job in left:
                job.poll(Moment.POLL)
            left = [job for job in self._unended(left, created) if not self._gives_up(job, rounds)]
            self.waiting(tuple(self._wait(job, rounds) for job in left))
            if left and not self.pace.wait(left[0].steps[-1][1], rounds):
                break
        self.waiting(())

    def _gives_up(self, job: ObservedJob, rounds: int) -> bool:
        """Whether a job is not polled again, and why.

        One that has broken the contract is polled a little longer: it may end all the same.
        """
        if refused := job.missing.get(Moment.POLL, ""):
            job.given_up = refused
            return True
        why, left_s = why_broken(self.session.contract, job.trace()), self.pace.left_s(rounds)
        if not why:
            self._broken.pop(job.name, None)
            return False
        since_s = self._broken.setdefault(job.name, left_s) - left_s
        if since_s < self.pace.bound_s * _PATIENCE:
            return False
        job.given_up = f"{job.name} was not waited for to its end: {why}"
        return True

    def _wait(self, job: ObservedJob, rounds: int) -> Wait:
        state = next((each.state for _, each in job.steps[::-1] if each.status == 200), {})
        return Wait(
            job=f"{job.name} {job.job}",
            status=str(state.get("status", "")),
            progress=number(state.get("progress")),
            left=partial(self.pace.left_s, rounds),
        )

    def _unended(
        self, jobs: Sequence[ObservedJob], created: Sequence[ObservedJob]
    ) -> list[ObservedJob]:
        """The jobs that have not ended; the content of the others is observed while it is kept."""
        for job in jobs:
            if job.ended:
                job.download(self.extent.depth(first=job.name == "J1"))
        # While its content is kept; the first job is the one whose price the plan knows.
        self._remix(list(takewhile(lambda job: job.ended, created)))
        return [job for job in jobs if not job.ended]

    def _remix(self, jobs: Sequence[ObservedJob]) -> None:
        """Remix the first of some jobs that completed and may be, unless one was before."""
        completed = self.session.contract.stages.completed
        done = (
            job
            for job in jobs
            if completed(job.trace().final.get("status"))
            and job.sent.get(PRIVATE) not in IS_PRIVATE
        )
        job = next(done, None)
        if self._remixes and job is not None and not self._has_remixed:
            self._has_remixed = True
            child = job.remix(self.taking)
            if child is not None:
                self.remixes.append(child.job)
                self.jobs.append(child)
                child.start(2)

    def _list(
        self, existing: Sequence[ObservedJob], gone: tuple[str, ...], *, thoroughly: bool = True
    ) -> None:
        if not self.session.contract.has("listVideos"):
            return
        jobs = (*(each.job for each in existing), *self.remixes)
        closed = self.extent.closed
        for query in WALKS if thoroughly else WALKS[:1]:
            most = len(jobs) + 3 if closed else query.most_pages
            found = walk(self.session.named("list"), replace(query, most_pages=most))
            if found:
                known = replace(found, jobs=jobs, gone=gone, closed=closed)
                self.walks.append(read_others(self.session, known) if query is WALKS[0] else known)
