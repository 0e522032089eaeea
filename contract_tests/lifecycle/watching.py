"""Looks at one job at each moment of its life, and keeps what it saw."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from contract_tests.contract.bodies import body_of, request_of
from contract_tests.lifecycle.orders import Order
from contract_tests.lifecycle.trace import Moment, Trace
from contract_tests.runner.capabilities import Capability
from contract_tests.wire.exchange import OTHER_KEY, Exchange, Request
from contract_tests.wire.session import RefusedError, Session, UnansweredError
from openapi.contract.contract import quote
from openapi.contract.requests import RequestVariant

# Each range with the moment at which it is asked for.
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


class Depth(Enum):
    """How much is looked at of a finished job's content."""

    ONCE = "it is downloaded once"
    RANGES = "ranges of it too, and without a key"
    ALL = "its thumbnail and spritesheet too"


@dataclass
class Watch:
    """One job under observation. ``missing`` gathers why a moment could not be observed."""

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
    still: bool = False
    steps: list[tuple[Moment, Exchange]] = field(default_factory=list)
    missing: dict[Moment, str] = field(default_factory=dict)

    def trace(self) -> Trace:
        """What was seen so far."""
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
            still=self.still,
            stages=self.session.contract.stages,
        )

    def see(self, moment: Moment, request: Request) -> Exchange | None:
        """Send a request and keep the exchange; None when there is no reply."""
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

    def ask(self, moment: Moment, operation: str, **headers: str | None) -> Exchange | None:
        """Send what an operation wants to know of the job; None when there is no reply."""
        request = self._request(moment, operation)
        return self.see(moment, request.with_headers(**headers)) if request else None

    def create(self, order: Order) -> bool:
        """Order the job; whether there is one."""
        exchange = self.see(Moment.CREATE, request_of(order.variant, order.body))
        self.job = exchange.reply.job if exchange and 200 <= exchange.status < 300 else ""
        return bool(self.job)

    def poll(self, moment: Moment) -> Exchange | None:
        """Look at the job in its own family; notes when it has ended."""
        exchange = self.ask(moment, _POLL[self.family])
        status = exchange.reply.object.get("status") if exchange else None
        self.ended = self.ended or self.session.contract.stages.ended(status)
        return exchange

    def start(self, polls: int) -> None:
        """What can be seen of a job right after it was made."""
        for _ in range(polls):
            self.poll(Moment.BURST)
        self.ask(Moment.EARLY_CONTENT, _CONTENT)
        if not self.ended:
            self._ask_remix(Moment.EARLY_REMIX, "The drums")
        self.both()
        if Capability.OTHER_KEY in self.session.capabilities:
            self.as_somebody_else()

    def both(self) -> None:
        """The job in both families, one right after the other."""
        self.ask(Moment.RETRIEVE, "retrieveVideo")
        self.ask(Moment.QUERY, _QUERY)

    def as_somebody_else(self) -> None:
        """The job as another account sees it."""
        bearer = f"Bearer {OTHER_KEY}"
        for moment, operation in (
            (Moment.OTHER_KEY_RETRIEVE, "retrieveVideo"),
            (Moment.OTHER_KEY_QUERY, _QUERY),
            (Moment.OTHER_KEY_LIST, "listVideos"),
            (Moment.OTHER_KEY_DELETE, "deleteVideo"),
        ):
            self.ask(moment, operation, authorization=bearer)

    def grow_old(self, leap: Callable[[], None], tail: int) -> None:
        """What can be seen of a job long after its end."""
        for _ in range(tail):
            leap()
            self.poll(Moment.TAIL)
        self.both()

    def download(self, depth: Depth) -> None:
        """What can be seen of a job's content, while the target keeps it."""
        content = self._request(Moment.CONTENT, _CONTENT)
        first = self.see(Moment.CONTENT, content) if content else None
        if content is None or first is None or first.status != 200 or depth is Depth.ONCE:
            return
        self.see(Moment.CONTENT_WITHOUT_KEY, content.with_headers(authorization=None))
        if Capability.OTHER_KEY in self.session.capabilities:
            other = content.with_headers(authorization=f"Bearer {OTHER_KEY}")
            self.see(Moment.OTHER_KEY_CONTENT, other)
        if self._has_variants:
            unknown = f"{content.target}?variant=__none_of_these__"
            self.see(Moment.UNKNOWN_VARIANT, Request("GET", unknown, content.headers))
        for moment, ranged in RANGES.items():
            self.see(moment, content.with_headers(range=ranged))
        if depth is Depth.ALL:
            self._other_contents(content)

    def _other_contents(self, content: Request) -> None:
        self.see(Moment.CONTENT_AGAIN, content)
        head = Request("HEAD", content.target, content.headers)
        self.see(Moment.CONTENT_HEAD, head)
        for moment, variant in _VARIANTS if self._has_variants else ():
            self.see(moment, Request("GET", f"{content.target}?variant={variant}", content.headers))

    def remix(self) -> str:
        """Derive a job from this one; its id, empty when there is none."""
        contract = self.session.contract
        self._ask_remix(Moment.REMIX_WITHOUT_PROMPT, None)
        self._ask_remix(Moment.REMIX_WITH_BLANK_PROMPT, " \t ")
        exchange = self._ask_remix(Moment.REMIX, "The drums")
        child = exchange.reply.job if exchange and exchange.status == 200 else ""
        if child and contract.has("retrieveVideo"):
            target = contract.operation("retrieveVideo").fill(video_id=child)
            self.see(Moment.REMIX_RETRIEVE, Request("GET", target))
        return child

    def _ask_remix(self, moment: Moment, prompt: str | None) -> Exchange | None:
        contract = self.session.contract
        if not contract.has("remixVideo"):
            return None
        operation = contract.operation("remixVideo")
        form = operation.variants[-1]
        path = operation.fill(video_id=self.job)
        return self.see(moment, request_of(form, body_of(form, prompt=prompt), path))

    def delete(self) -> None:
        """Delete the job, and look for it everywhere."""
        deleted = self.ask(Moment.DELETE, "deleteVideo")
        if deleted is None or deleted.status >= 300:
            return
        self.ask(Moment.RETRIEVE_AFTER_DELETE, "retrieveVideo")
        self.ask(Moment.QUERY_AFTER_DELETE, _QUERY)
        self.ask(Moment.CONTENT_AFTER_DELETE, _CONTENT)
        self.ask(Moment.SECOND_DELETE, "deleteVideo")

    @property
    def _has_variants(self) -> bool:
        return self.session.contract.takes(_CONTENT, "variant")

    def _request(self, moment: Moment, operation: str) -> Request | None:
        """An operation's request about the job; None where the contract does not have it."""
        contract = self.session.contract
        if not contract.has(operation):
            self.missing.setdefault(moment, f"the contract has no {operation}")
            return None
        found = contract.operation(operation)
        query = f"?id={quote(self.job)}" if operation == _QUERY else ""
        return Request(found.method, found.fill(video_id=self.job) + query)
