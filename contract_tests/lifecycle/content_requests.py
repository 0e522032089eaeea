"""Requests for a finished job's files: ranges, conditions, variants, and the addresses given."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Protocol
from urllib.parse import urlsplit

from contract_tests.lifecycle.trace import Moment
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import OTHER_KEY, Exchange, Request
from contract_tests.wire.session import Session

DOWNLOAD = "downloadVideoContent"
# The moment at which each range is requested.
RANGES: Mapping[Moment, str] = {
    Moment.RANGE_FIRST: "bytes=0-3",
    Moment.RANGE_MIDDLE: "bytes=4-7",
    Moment.RANGE_LAST: "bytes=-4",
    Moment.RANGE_BEYOND: "bytes=999999999-",
    Moment.RANGE_MALFORMED: "bytes=abc",
    Moment.SEVERAL_RANGES: "bytes=0-1,4-5",
}
OTHER_TAG = '"contract-tests"'
_LINKS = ((Moment.LINKED_VIDEO, "video_url"), (Moment.LINKED_THUMBNAIL, "thumbnail_url"))


class ContentDepth(Enum):
    """How much of a finished job's content is requested."""

    ONCE = "it is downloaded once, with its thumbnail"
    RANGES = "ranges of it too, and without a key"
    ALL = "everything"


class Recorder(Protocol):
    """Sends requests about one job and records the exchanges."""

    @property
    def session(self) -> Session:
        """What the requests are sent through."""

    def record(self, moment: Moment, request: Request) -> Exchange | None:
        """Send a request and record the exchange; None when there is no response."""


def observe_content(job: Recorder, content: Request, depth: ContentDepth) -> None:
    """Request a job's content; ``content`` is the request for the whole of it."""
    first = job.record(Moment.CONTENT, content)
    if first is None or first.status != 200:
        return
    has_variants = job.session.contract.takes(DOWNLOAD, "variant")
    if has_variants:
        job.record(Moment.THUMBNAIL, thumbnail_of(content))
    if depth is ContentDepth.ONCE:
        return
    _observe_without_permission(job, content, has_variants=has_variants)
    if has_variants:
        unknown = _with_query(content, "variant=__none_of_these__")
        job.record(Moment.UNKNOWN_VARIANT, unknown)
    for moment, ranged in RANGES.items():
        job.record(moment, content.with_headers(range=ranged))
    if depth is ContentDepth.ALL:
        _observe_all(job, content, first, has_variants=has_variants)


def _observe_without_permission(job: Recorder, content: Request, *, has_variants: bool) -> None:
    """Request a job's film and its thumbnail without a key, and with another account's."""
    callers: list[tuple[str | None, Moment, Moment]] = [
        (None, Moment.CONTENT_WITHOUT_KEY, Moment.THUMBNAIL_WITHOUT_KEY)
    ]
    if Capability.OTHER_KEY in job.session.capabilities:
        bearer = f"Bearer {OTHER_KEY}"
        callers.append((bearer, Moment.OTHER_KEY_CONTENT, Moment.OTHER_KEY_THUMBNAIL))
    for key, of_film, of_thumbnail in callers:
        request = content.with_headers(authorization=key)
        job.record(of_film, request)
        if has_variants:
            job.record(of_thumbnail, thumbnail_of(request))


def _observe_all(job: Recorder, content: Request, first: Exchange, *, has_variants: bool) -> None:
    job.record(Moment.CONTENT_AGAIN, content)
    job.record(Moment.CONTENT_HEAD, Request("HEAD", content.target, content.headers))
    if has_variants:
        job.record(Moment.NAMED_VARIANT, _with_query(content, "variant=video"))
        job.record(Moment.SPRITESHEET, _with_query(content, "variant=spritesheet"))
    if tag := first.reply.header("etag"):
        job.record(Moment.SAME_TAG, content.with_headers(if_none_match=tag))
        job.record(Moment.OTHER_TAG, content.with_headers(if_none_match=OTHER_TAG))
        job.record(Moment.WANTED_TAG, content.with_headers(if_match=OTHER_TAG))
        ranged = content.with_headers(if_range=OTHER_TAG, range="bytes=0-3")
        job.record(Moment.RANGE_OF_OTHER, ranged)
    if date := first.reply.header("last-modified"):
        job.record(Moment.SAME_DATE, content.with_headers(if_modified_since=date))


def observe_links(job: Recorder, state: Mapping[str, Any], origin: str) -> None:
    """Open the addresses that a job shows, without a key, if they are at the target itself."""
    for moment, name in _LINKS:
        target = target_at_origin(state.get(name), origin)
        if target:
            job.record(moment, Request("GET", target, ()))


def target_at_origin(address: object, origin: str) -> str:
    """Path and query of an address at the target; empty for any other value."""
    try:
        found, own = urlsplit(str(address)), urlsplit(origin)
    except ValueError:
        return ""
    is_own = bool(own.netloc) and (found.scheme, found.netloc) == (own.scheme, own.netloc)
    return found._replace(scheme="", netloc="", fragment="").geturl() if is_own else ""


def thumbnail_of(content: Request) -> Request:
    """The request for the thumbnail of the film that another is for."""
    return _with_query(content, "variant=thumbnail")


def _with_query(content: Request, query: str) -> Request:
    return Request("GET", f"{content.target}?{query}", content.headers)
