"""Observes one job at each moment of its life and records the exchanges."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.contract.bodies import body_of, request_of
from contract_tests.lifecycle.content_requests import (
    DOWNLOAD,
    ContentDepth,
    observe_content,
    observe_links,
    target_at_origin,
    thumbnail_of,
)
from contract_tests.lifecycle.planned_jobs import REMIX_PROMPT, PlannedJob
from contract_tests.lifecycle.trace import Moment, Trace
from contract_tests.targets.pace import asked_s
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import OTHER_KEY, Exchange, Request, id_of
from contract_tests.wire.session import RefusedError, Session, UnansweredError
from openapi.contract.contract import quote
from openapi.contract.requests import RequestVariant

_CONTENT, _QUERY = DOWNLOAD, "queryUnifiedVideo"
_EARLY = {Moment.EARLY_EDIT: "editVideo", Moment.EARLY_EXTENSION: "extendVideo"}
# The statuses by which a create is refused for its fields, its size or its media type.
_ABOUT_REQUEST = frozenset({400, 413, 415, 422})
# A target that asks to wait so long before the next poll does not end a job in less.
_SOON_S = 1.0
# Content that is kept for so long is there an hour after the end of a job, in any run.
_LONG_MS = 6 * 3600 * 1000
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f-]+")
_POLL = {"videos": "retrieveVideo", "unified": "queryUnifiedVideo"}


@dataclass
class ObservedJob:
    """One job under observation; its attributes are those of ``Trace``.

    ``missing`` says why a moment could not be observed, and ``midway`` is whether the job was read
    in both families while it ran.
    """

    session: Session
    name: str
    family: str
    variant: RequestVariant | None = None
    sent: Mapping[str, Any] = field(default_factory=dict)
    scenario: str = ""
    existing: bool = False
    job: str = ""
    ended: bool = False
    bound: str = ""
    given_up: str = ""
    still: bool = False
    origin: str = ""
    parent: str = ""
    midway: bool = False
    steps: list[tuple[Moment, Exchange]] = field(default_factory=list)
    missing: dict[Moment, str] = field(default_factory=dict)

    def trace(self) -> Trace:
        """The trace so far."""
        return Trace(
            name=self.name,
            job=self.job,
            family=self.family,
            variant=self.variant,
            sent=self.sent,
            steps=tuple(self.steps),
            scenario=self.scenario,
            existing=self.existing,
            ended=self.ended,
            bound=self.bound,
            given_up=self.given_up,
            still=self.still,
            parent=self.parent,
            stages=self.session.contract.stages,
        )

    def record(self, moment: Moment, request: Request) -> Exchange | None:
        """Send a request and record the exchange; None when there is no response."""
        try:
            exchange = self.session.send(request)
        except RefusedError as error:
            self.missing.setdefault(moment, str(error))
            return None
        except UnansweredError as error:
            self.steps.append((moment, error.exchange))
            return None
        self.steps.append((moment, exchange))
        return exchange

    def call(self, moment: Moment, operation: str, **headers: str | None) -> Exchange | None:
        """Call an operation on the job; None when there is no response."""
        request = self._request(moment, operation)
        return self.record(moment, request.with_headers(**headers)) if request else None

    def create(self, planned: PlannedJob) -> bool:
        """Create the job; whether that succeeded."""
        exchange = self.record(Moment.CREATE, request_of(planned.variant, planned.body))
        self.job = id_of(exchange.state) if exchange and 200 <= exchange.status < 300 else ""
        return bool(self.job)

    @property
    def is_refused(self) -> bool:
        """Whether the create was refused for what it asks for."""
        create = self.trace().one(Moment.CREATE)
        return create is not None and create.status in _ABOUT_REQUEST

    def poll(self, moment: Moment) -> Exchange | None:
        """Read the job in its own family; notes when it has ended."""
        exchange = self.call(moment, _POLL.get(self.family, self.family))
        status = exchange.state.get("status") if exchange else None
        self.ended = self.ended or self.session.contract.stages.ended(status)
        if moment is Moment.POLL and self.session.contract.stages.running(status):
            self._read_midway()
        return exchange

    def _read_midway(self) -> None:
        """Read the job once in both families while it runs, when most of its fields change."""
        if not self.midway:
            self.midway = True
            self.read_in_both_families()

    def start(self, polls: int) -> None:
        """Observe the job right after its creation."""
        for _ in range(polls):
            self.poll(Moment.BURST)
        self.call(Moment.EARLY_CONTENT, _CONTENT)
        self._call_thumbnail(Moment.EARLY_THUMBNAIL)
        if not self.ended and not self.parent:
            self._call_remix(Moment.EARLY_REMIX, REMIX_PROMPT)
            if self._has_time:
                self._derive_early()
        self.read_in_both_families()
        if self.name == "J1" and self.family == "videos":
            self._read_by_altered_ids()
        if Capability.OTHER_KEY in self.session.capabilities:
            self.read_with_other_key()

    def _read_by_altered_ids(self) -> None:
        """Read the job by what a careless comparison takes for its id."""
        if self.session.contract.has("retrieveVideo"):
            retrieve = self.session.contract.operation("retrieveVideo")
            for other in altered_ids(self.job):
                self.record(Moment.ALTERED_ID, Request("GET", retrieve.fill(video_id=other)))

    def _call_thumbnail(self, moment: Moment) -> None:
        content = self._request(moment, _CONTENT)
        if content is not None and self.session.contract.takes(_CONTENT, "variant"):
            self.record(moment, thumbnail_of(content))

    @property
    def _has_time(self) -> bool:
        """Whether the job cannot end before the next requests: they would make further jobs."""
        polls = self.trace().polls()
        return self.still or (bool(polls) and asked_s(polls[-1]) >= _SOON_S)

    def _derive_early(self) -> None:
        """Edit and extend the job before its completion; only the first job of a run."""
        contract = self.session.contract
        for moment, operation in _EARLY.items() if self.name == "J1" else ():
            if not contract.has(operation):
                self.missing.setdefault(moment, f"the contract has no {operation}")
                continue
            variant = contract.operation(operation).variants[-1]
            body = body_of(variant, video={"id": self.job})
            self.record(moment, request_of(variant, body))

    def read_in_both_families(self) -> None:
        """Read the job in both families, one right after the other."""
        self.call(Moment.RETRIEVE, "retrieveVideo")
        self.call(Moment.QUERY, _QUERY)

    def read_with_other_key(self) -> None:
        """Request the job with another account's key."""
        bearer = f"Bearer {OTHER_KEY}"
        for moment, operation in (
            (Moment.OTHER_KEY_RETRIEVE, "retrieveVideo"),
            (Moment.OTHER_KEY_QUERY, _QUERY),
            (Moment.OTHER_KEY_LIST, "listVideos"),
            (Moment.OTHER_KEY_DELETE, "deleteVideo"),
        ):
            self.call(moment, operation, authorization=bearer)
        if self.session.contract.has("retrieveVideo"):
            absent = self.session.contract.operation("retrieveVideo")
            request = Request("GET", absent.fill(video_id=self.session.absent_id()))
            self.record(Moment.OTHER_KEY_ABSENT, request.with_headers(authorization=bearer))

    def grow_old(self, leap: Callable[[], None], tail: int) -> None:
        """Observe the job long after its end."""
        for number in range(tail):
            leap()
            self.poll(Moment.TAIL)
            if number == 0 and self._keeps_content:
                self.call(Moment.CONTENT_LATER, _CONTENT)
        self.read_in_both_families()

    def download(self, depth: ContentDepth) -> None:
        """Observe the job's content, while the target keeps it."""
        if self.family in self.session.contract.roles:
            self._open_result()
        content = self._request(Moment.CONTENT, _CONTENT)
        if content is None:
            return
        observe_content(self, content, depth)
        if depth is ContentDepth.ALL and not self.existing:
            self.read_in_both_families()
            if found := self._request(Moment.HEAD, "retrieveVideo"):
                self.record(Moment.HEAD, replace(found, method="HEAD"))
            trace = self.trace()
            shown = [trace.at(each)[-1:] for each in (Moment.RETRIEVE, Moment.QUERY)]
            states = [exchange.state for found in shown for exchange in found]
            for moment in (Moment.LINKED_VIDEO, Moment.LINKED_THUMBNAIL):
                self.missing.setdefault(moment, "no job shows an address at the target itself")
            observe_links(self, {name: each[name] for each in states for name in each}, self.origin)

    def _open_result(self) -> None:
        """Open the address of a described job's result, with the key where it needs one."""
        self.missing.setdefault(Moment.LINKED_VIDEO, "no job shows an address at the target itself")
        polls = self.trace().polls()
        state = polls[-1].state if polls else {}
        needs_key = self.session.contract.roles[self.family].form("result") == "operation"
        target = target_at_origin(state.get("video_url"), self.origin)
        if target and not self.trace().at(Moment.LINKED_VIDEO):
            request = Request("GET", target)
            self.record(Moment.LINKED_VIDEO, request if needs_key else replace(request, headers=()))

    def remix(self, taking: Callable[[], AbstractContextManager[None]]) -> "ObservedJob | None":
        """Remix this job; the new job, None when there is none.

        ``taking`` is open while the remix is requested, and not for what must be refused before it.
        """
        contract = self.session.contract
        self._call_remix(Moment.REMIX_WITHOUT_PROMPT, None)
        self._call_remix(Moment.REMIX_WITH_BLANK_PROMPT, " \t ")
        with taking():
            exchange = self._call_remix(Moment.REMIX, REMIX_PROMPT)
        child = exchange.reply.job if exchange and exchange.status == 200 else ""
        if exchange is None or not child:
            return None
        target = contract.operation("retrieveVideo").fill(video_id=child)
        self.record(Moment.REMIX_RETRIEVE, Request("GET", target))
        return ObservedJob(
            self.session,
            f"remix of {self.name}",
            "videos",
            variant=contract.operation("remixVideo").variants[-1],
            sent={"prompt": REMIX_PROMPT},
            job=child,
            parent=self.job,
            bound=self.bound,
            still=self.still,
            origin=self.origin,
            steps=[(Moment.CREATE, exchange)],
        )

    def _call_remix(self, moment: Moment, prompt: str | None) -> Exchange | None:
        contract = self.session.contract
        if not contract.has("remixVideo"):
            return None
        operation = contract.operation("remixVideo")
        form = operation.variants[-1]
        path = operation.fill(video_id=self.job)
        return self.record(moment, request_of(form, body_of(form, prompt=prompt), path))

    def delete(self) -> None:
        """Delete the job and request it from every operation."""
        deleted = self.call(Moment.DELETE, "deleteVideo")
        if deleted is None or deleted.status >= 300:
            return
        self.call(Moment.RETRIEVE_AFTER_DELETE, "retrieveVideo")
        self.call(Moment.QUERY_AFTER_DELETE, _QUERY)
        self.call(Moment.CONTENT_AFTER_DELETE, _CONTENT)
        self._call_thumbnail(Moment.THUMBNAIL_AFTER_DELETE)
        linked = self.trace().one(Moment.LINKED_VIDEO)
        if linked is not None and linked.status == 200:
            self.record(Moment.LINKED_AFTER_DELETE, linked.request)
        if self.session.contract.has("listVideos"):
            path = self.session.contract.operation("listVideos").path
            self.record(
                Moment.LIST_AFTER_DELETED, Request("GET", f"{path}?after={quote(self.job)}")
            )
        self.call(Moment.SECOND_DELETE, "deleteVideo")

    @property
    def _keeps_content(self) -> bool:
        """Whether content that was there at first must still be there an hour later."""
        self.missing.setdefault(Moment.CONTENT_LATER, "content is not kept for long enough")
        first = self.trace().one(Moment.CONTENT)
        kept_ms = self.session.contract.dialect.content.kept_ms
        return (
            self.name == "J1" and first is not None and first.status == 200 and kept_ms > _LONG_MS
        )

    def _request(self, moment: Moment, operation: str) -> Request | None:
        """An operation's request about the job; None when the contract does not have it."""
        contract = self.session.contract
        if not contract.has(operation):
            self.missing.setdefault(moment, f"the contract has no {operation}")
            return None
        found = contract.operation(operation)
        return Request(found.method, found.filled(self.job))


def altered_ids(job: str) -> Iterator[str]:
    """An id cut short, with a wildcard of databases, and in capitals.

    The digits of a UUID are the same in capitals (RFC 9562, 4).
    """
    yield job[:-1]
    yield f"{job[:-4]}%"
    if not _HEXADECIMAL.fullmatch(job) and job.upper() != job:
        yield job.upper()
