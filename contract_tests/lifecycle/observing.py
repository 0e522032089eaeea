"""Makes a run's jobs, each once, and observes them from beginning to end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.lifecycle.listing import WALKS, Asked, walk
from contract_tests.lifecycle.orders import Order
from contract_tests.lifecycle.trace import Life, ListWalk, Moment
from contract_tests.lifecycle.watching import Depth, Watch
from contract_tests.runner.capabilities import Capability
from contract_tests.runner.pace import Pace
from contract_tests.wire.client import WireSession
from contract_tests.wire.exchange import id_of
from contract_tests.wire.json_values import number

_BURST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much of a job is looked at. ``remixes``: a further job may be made of a finished one.

    ``closed``: nobody else uses the account, so that its list holds the run's jobs and no others.
    """

    tail: int = 3
    remixes: bool = True
    closed: bool = False
    thorough: bool = True

    def depth(self, *, first: bool) -> Depth:
        """How much of one job's content is looked at; of the first, all."""
        return Depth.ALL if first or self.thorough else Depth.ONCE


@dataclass
class Observer:
    """Observes jobs; what it saw is there at any time, also when it was interrupted."""

    session: WireSession
    pace: Pace
    extent: Extent
    watches: list[Watch] = field(default_factory=list)
    walks: list[ListWalk] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    why_none: str = "no job was made"
    _remixed: bool = False

    def life(self) -> Life:
        """Everything seen so far."""
        made = any(watch.job for watch in self.watches)
        why = "no job came so far" if made else self.why_none
        missing: dict[Moment, str] = dict.fromkeys(Moment, why) | self._never()
        for watch in self.watches:
            missing |= watch.missing
        traces = tuple(watch.trace() for watch in self.watches if watch.steps)
        return Life(traces, tuple(self.walks), missing)

    def _never(self) -> dict[Moment, str]:
        """What this target or this budget never shows, with the reason."""
        found: dict[Moment, str] = {}
        if not self.extent.remixes:
            found |= dict.fromkeys((Moment.REMIX, Moment.REMIX_RETRIEVE), "budget: no job is left")
        if Capability.OTHER_KEY not in self.session.capabilities:
            why = f"the target lacks: {Capability.OTHER_KEY.value}"
            others = [each for each in Moment if each.name.startswith("OTHER_KEY")]
            found |= dict.fromkeys(others, why)
        return found

    def observe(self, orders: Sequence[Order]) -> None:
        """Make the jobs, follow them to their end, list them, delete the first."""
        made = [watch for order in orders if (watch := self._make(order))]
        self._follow(made)
        for place, watch in enumerate(made):
            if watch.ended:
                watch.grow_old(self.pace.leap, self.extent.tail if place == 0 else 1)
        self._list(made, ())
        if made:
            made[0].delete()
            self._list(made[1:], (made[0].job,), thoroughly=False)

    def observe_existing(self) -> None:
        """Read a finished job that the account has already, and the list it stands in."""
        seen = walk(self.session, Asked(name="existing jobs", most_pages=2))
        if seen is None:
            return
        self.walks.append(seen)
        stages = self.session.contract.stages
        done = [each for each in seen.entries() if stages.completed(each.get("status"))]
        if not done:
            return
        watch = Watch(self.session, "existing", "videos", existing=True, ended=True)
        watch.job = id_of(done[0])
        self.watches.append(watch)
        if self._is_kept(done[0], seen.pages[-1].at_s):
            watch.download(Depth.RANGES)
        else:
            watch.missing[Moment.CONTENT] = "the account's last video is no longer kept"
        watch.grow_old(self.pace.leap, 2)

    def _is_kept(self, state: Mapping[str, Any], now_s: float) -> bool:
        """Whether a completed job's content should still be there."""
        content = self.session.contract.dialect.content
        since = state.get("created_at" if content.from_birth else "completed_at")
        until = [state.get("expires_at")]
        if (known := number(since)) is not None:
            until.append(known + content.kept_ms / 1000)
        return all(each > now_s for each in map(number, until) if each is not None)

    def _make(self, order: Order) -> Watch | None:
        name = f"J{len(self.watches) + 1}"
        session = self.session.named(name)
        watch = Watch(session, name, order.variant.family, order.variant, order.body)
        watch.scenario, watch.bound, watch.still = order.scenario, self.pace.bound, self.pace.still
        self.watches.append(watch)
        if not watch.create(order):
            self.why_none = watch.missing.get(Moment.CREATE, self.why_none)
            return None
        watch.start(_BURST if self.extent.thorough or name == "J1" else 2)
        return watch

    def _follow(self, made: Sequence[Watch]) -> None:
        """Poll the jobs in turn until all have ended or the bound is reached."""
        left = self._still_going(made, made)
        rounds = 0
        while left:
            rounds += 1
            polls = [watch.poll(Moment.POLL) for watch in left]
            left = self._still_going(left, made)
            refused = any(Moment.POLL in watch.missing for watch in left)
            latest = next((each for each in polls if each), None)
            if latest is None or refused or (left and not self.pace.wait(latest, rounds)):
                return

    def _still_going(self, watches: Sequence[Watch], made: Sequence[Watch]) -> list[Watch]:
        """Those that have not ended; of the others the content is looked at while it is kept."""
        for watch in watches:
            if watch.ended:
                watch.download(self.extent.depth(first=watch is made[0]))
                self._remix(watch)
        return [watch for watch in watches if not watch.ended]

    def _remix(self, watch: Watch) -> None:
        """Derive a job from the first that completed."""
        stages = self.session.contract.stages
        done = stages.completed(watch.trace().final.get("status"))
        if self.extent.remixes and done and not self._remixed:
            self._remixed = True
            self.children += filter(None, [watch.remix()])

    def _list(self, made: Sequence[Watch], gone: tuple[str, ...], thoroughly: bool = True) -> None:
        if not self.session.contract.has("listVideos"):
            return
        jobs = (*(watch.job for watch in made), *self.children)
        for asked in WALKS if thoroughly else WALKS[:1]:
            most = len(jobs) + 3 if self.extent.closed else asked.most_pages
            seen = walk(self.session.named("list"), replace(asked, most_pages=most))
            if seen:
                closed = self.extent.closed
                self.walks.append(replace(seen, jobs=jobs, gone=gone, closed=closed))
