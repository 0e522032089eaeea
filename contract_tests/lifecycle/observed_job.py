"""Observes one job at each moment of its life and records the exchanges."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from contract_tests.contract.bodies import body_of, request_of
from contract_tests.lifecycle.planned_jobs import REMIX_PROMPT, PlannedJob
from contract_tests.lifecycle.trace import Moment, Trace
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import OTHER_KEY, Exchange, Request
from contract_tests.wire.session import RefusedError, Session, UnansweredError
from openapi.contract.contract import quote
from openapi.contract.requests import RequestVariant

# The moment at which each range is requested.
RANGES: Mapping[Moment, str] = {
    Moment.RANGE_FIRST: "bytes=0-3",
    Moment.RANGE_MIDDLE: "bytes=4-7",
    Moment.RANGE_LAST: "bytes=-4",
    Moment.RANGE_BEYOND: "bytes=999999999-",
    Moment.RANGE_MALFORMED: "bytes=abc",
}
_VARIANTS = ((Moment.THUMBNAIL, "thumbnail"), (Moment.SPRITESHEET, "spritesheet"))
_CONTENT, _QUERY = "downloadVideoContent", "queryUnifiedVideo"
_POLL = {"videos": "retrieveVideo", "unified": "queryUnifiedVideo"}


class ContentDepth(Enum):
    """How much of a finished job's content is requested."""

    ONCE = "it is downloaded once"
    RANGES = "ranges of it too, and without a key"
    ALL = "its thumbnail and spritesheet too"


@dataclass
class ObservedJob:
    """One job under observation; its attributes are those of ``Trace``.

    ``missing`` says why a moment could not be observed.
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
        self.job = exchange.reply.job if exchange and 200 <= exchange.status < 300 else ""
        return bool(self.job)

    def poll(self, moment: Moment) -> Exchange | None:
        """Read the job in its own family; notes when it has ended."""
        exchange = self.call(moment, _POLL[self.family])
        status = exchange.reply.object.get("status") if exchange else None
        self.ended = self.ended or self.session.contract.stages.ended(status)
        return exchange

    def start(self, polls: int) -> None:
        """Observe the job right after its creation."""
        for _ in range(polls):
            self.poll(Moment.BURST)
        self.call(Moment.EARLY_CONTENT, _CONTENT)
        if not self.ended:
            self._call_remix(Moment.EARLY_REMIX, REMIX_PROMPT)
        self.read_in_both_families()
        if Capability.OTHER_KEY in self.session.capabilities:
            self.read_with_other_key()

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

    def grow_old(self, leap: Callable[[], None], tail: int) -> None:
        """Observe the job long after its end."""
        for _ in range(tail):
            leap()
            self.poll(Moment.TAIL)
        self.read_in_both_families()

    def download(self, depth: ContentDepth) -> None:
        """Observe the job's content, while the target keeps it."""
        content = self._request(Moment.CONTENT, _CONTENT)
        first = self.record(Moment.CONTENT, content) if content else None
        if content is None or first is None or first.status != 200 or depth is ContentDepth.ONCE:
            return
        self.record(Moment.CONTENT_WITHOUT_KEY, content.with_headers(authorization=None))
        if Capability.OTHER_KEY in self.session.capabilities:
            other = content.with_headers(authorization=f"Bearer {OTHER_KEY}")
            self.record(Moment.OTHER_KEY_CONTENT, other)
        if self._has_variants:
            unknown = f"{content.target}?variant=__none_of_these__"
            self.record(Moment.UNKNOWN_VARIANT, Request("GET", unknown, content.headers))
        for moment, ranged in RANGES.items():
            self.record(moment, content.with_headers(range=ranged))
        if depth is ContentDepth.ALL:
            self._other_contents(content)

    def _other_contents(self, content: Request) -> None:
        self.record(Moment.CONTENT_AGAIN, content)
        head = Request("HEAD", content.target, content.headers)
        self.record(Moment.CONTENT_HEAD, head)
        for moment, variant in _VARIANTS if self._has_variants else ():
            self.record(
                moment, Request("GET", f"{content.target}?variant={variant}", content.headers)
            )

    def remix(self, taking: Callable[[], AbstractContextManager[None]]) -> str:
        """Remix this job; the id of the new job, empty when there is none.

        ``taking`` is open while the remix is requested, and not for what must be refused before it.
        """
        contract = self.session.contract
        self._call_remix(Moment.REMIX_WITHOUT_PROMPT, None)
        self._call_remix(Moment.REMIX_WITH_BLANK_PROMPT, " \t ")
        with taking():
            exchange = self._call_remix(Moment.REMIX, REMIX_PROMPT)
        child = exchange.reply.job if exchange and exchange.status == 200 else ""
        if child and contract.has("retrieveVideo"):
            target = contract.operation("retrieveVideo").fill(video_id=child)
            self.record(Moment.REMIX_RETRIEVE, Request("GET", target))
        return child

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
        self.call(Moment.SECOND_DELETE, "deleteVideo")

    @property
    def _has_variants(self) -> bool:
        return self.session.contract.takes(_CONTENT, "variant")

    def _request(self, moment: Moment, operation: str) -> Request | None:
        """An operation's request about the job; None when the contract does not have it."""
        contract = self.session.contract
        if not contract.has(operation):
            self.missing.setdefault(moment, f"the contract has no {operation}")
            return None
        found = contract.operation(operation)
        query = f"?id={quote(self.job)}" if operation == _QUERY else ""
        return Request(found.method, found.fill(video_id=self.job) + query)
