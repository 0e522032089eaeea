"""Checks of the list of jobs: its pages, order and entries."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.checks.aspects import Aspect, only
from contract_tests.checks.breaches import breach, is_success, quoted
from contract_tests.checks.check import having, life_cycle
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, ListWalk, Trace
from contract_tests.wire.exchange import Exchange, number
from openapi.contract.contract import quote
from openapi.contract.evidence import Evidence

_FIXED = frozenset({"id", "object", "created_at", "model", "seconds", "size"})


@life_cycle(
    aspect=Aspect.LISTS,
    at=only("listVideos"),
    source="OpenAI API spec, ListVideos and VideoListResource",
    evidence=Evidence.VERIFIED,
    applies=having("listVideos"),
    walks=True,
)
def pagination(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """limit bounds a page, after continues it, has_more, first_id and last_id are true of it."""
    for walk in life.walks:
        seen: set[str] = set()
        for page in walk.pages:
            if not page.reply_or_none:
                continue
            if not is_success(page):
                yield breach(page, "200 for a page of the list", key="status")
                continue
            ids = _ids(page)
            yield from _page(page, walk, ids)
            yield from _has_more(page, walk, ids, _full(contract, walk))
            if repeated := sorted(seen & set(ids)):
                yield breach(page, "a page without jobs of the pages before",
                             f"{repeated[0]} once more", key="repeat")  # fmt: skip
            if len(set(ids)) < len(ids):
                yield breach(page, "each job once on a page", "one twice", key="twice")
            seen |= set(ids)
        yield from _unlisted(walk, seen)


def _ids(page: Exchange) -> list[str]:
    return [str(each.get("id")) for each in page.entries]


def _page(page: Exchange, walk: ListWalk, ids: list[str]) -> Iterator[Breach]:
    body = page.reply.object
    if walk.limit is not None and len(ids) > walk.limit:
        yield breach(page, f"at most {walk.limit} jobs", f"{len(ids)} jobs", key="limit")
    ends = (ids[0], ids[-1]) if ids else (None, None)
    stated = (body.get("first_id"), body.get("last_id"))
    if stated != ends:
        yield breach(page, f"first_id {ends[0]}, last_id {ends[1]}",
                     f"first_id {stated[0]}, last_id {stated[1]}", key="ends")  # fmt: skip


def _full(contract: TargetContract, walk: ListWalk) -> int:
    """How many jobs a page has that is not the last: the limit, or its documented default."""
    parameters = contract.operation("listVideos").parameters
    schemas = {each["name"]: contract.resolve(each["schema"]) for each in parameters}
    default = schemas.get("limit", {}).get("default", 0)
    return int(default) if walk.limit is None else walk.limit


def _has_more(page: Exchange, walk: ListWalk, ids: list[str], full: int) -> Iterator[Breach]:
    """Breaches by has_more, which the next page shows to be true or false."""
    has_more = page.reply.object.get("has_more")
    later = [each for each in walk.pages[walk.pages.index(page) + 1 :] if each.status == 200]
    if has_more is False and any(map(_ids, later)):
        yield breach(page, "has_more true, since there is another page", "has_more: false",
                     key="has_more")  # fmt: skip
    if has_more is not True:
        return
    if not ids or (later and not _ids(later[0])):
        yield breach(page, "has_more false after the last job",
                     f"has_more: true on {'the last' if ids else 'an empty'} page",
                     key="has_more at the end")  # fmt: skip
    elif len(ids) < full:
        yield breach(page, f"{full} jobs on a page that is not the last", f"{len(ids)} jobs",
                     key="short page", source="good practice",
                     evidence=Evidence.INFERRED)  # fmt: skip


def _unlisted(walk: ListWalk, seen: set[str]) -> Iterator[Breach]:
    """A breach where a full last page says that it is the last while jobs are missing."""
    if not _is_finished(walk):
        return
    last = walk.pages[-1]
    unseen = [job for job in walk.jobs if job not in seen and job not in walk.gone]
    if unseen and walk.limit is not None and len(_ids(last)) >= walk.limit:
        yield breach(last, "has_more true while there are more jobs",
                     f"has_more: false without {unseen[0]}", key="has_more")  # fmt: skip


def _is_finished(walk: ListWalk) -> bool:
    """Whether the last page says that no other follows."""
    last = walk.pages[-1] if walk.pages else None
    return bool(last and last.reply_or_none and last.reply.object.get("has_more") is False)


@life_cycle(
    aspect=Aspect.LISTS,
    at=only("listVideos"),
    source="OpenAI API spec, ListVideos.order",
    evidence=Evidence.VERIFIED,
    applies=having("listVideos"),
    walks=True,
)
def list_order(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """The list is in order of creation: newest first, or oldest first with order=asc."""
    for walk in life.walks:
        rising = walk.order == "asc"
        order = "oldest first" if rising else "newest first"
        for page in walk.pages:
            times = [number(each.get("created_at")) for each in page.entries]
            known = [time for time in times if time is not None]
            if known != sorted(known, reverse=not rising):
                yield breach(page, f"jobs in order of created_at, {order}", f"{known[:6]}",
                             key=f"time {walk.order}")  # fmt: skip
        # Jobs that the run created one after the other, even within one second.
        listed = dict.fromkeys(str(each.get("id")) for each in walk.entries())
        jobs = [job for job in listed if job in walk.jobs]
        created = [job for job in walk.jobs if job in listed]
        if jobs != (created if rising else created[::-1]):
            yield breach(walk.pages[0], f"jobs in order of their creation, {order}",
                         f"{', '.join(jobs[:4])}", key=f"birth {walk.order}")  # fmt: skip


@life_cycle(
    aspect=Aspect.LISTS,
    at=only("listVideos"),
    source="OpenAI API spec, ListVideos",
    evidence=Evidence.VERIFIED,
    applies=having("listVideos"),
    walks=True,
)
def list_complete(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """The list holds every job of the caller that was not deleted."""
    for walk in filter(_is_finished, life.walks):
        listed = {str(each.get("id")) for each in walk.entries()}
        for job in walk.jobs:
            if job not in listed and job not in walk.gone:
                expected = "every job of the caller in the list"
                yield breach(walk.pages[0], expected, f"a list without {job}", key="missing")


@life_cycle(
    aspect=Aspect.AGREEMENT,
    at=only("listVideos"),
    source="OpenAI API spec, VideoListResource: its members are VideoResource",
    evidence=Evidence.VERIFIED,
    applies=having("listVideos"),
    walks=True,
)
def list_agrees(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A job in the list has the state and the facts that retrieving it shows."""
    traces = {trace.job: trace for trace in life.traces if trace.family == "videos"}
    for walk in life.walks:
        for page in walk.pages:
            for entry in page.entries:
                if trace := traces.get(str(entry.get("id"))):
                    yield from _compare(page, entry, trace)
        yield from _others(walk)


def _others(walk: ListWalk) -> Iterator[Breach]:
    """Breaches by listed jobs that the run did not create, but has retrieved."""
    entries = {str(each.get("id")): each for each in walk.entries()}
    for read in walk.reads:
        job = read.request.path.rpartition("/")[2]
        entry = next((each for name, each in entries.items() if quote(name) == job), None)
        if not is_success(read):
            yield breach(walk.pages[0], "jobs that retrieveVideo finds",
                         f"{job}, for which retrieveVideo says {read.status}",
                         key="not found")  # fmt: skip
            continue
        for name in sorted(_FIXED):
            if entry and name in entry and entry[name] != read.reply.object.get(name):
                yield breach(walk.pages[0], f"{name} as retrieveVideo says",
                             f"{name}: {quoted(entry[name])}", key=name)  # fmt: skip


def _compare(page: Exchange, entry: Mapping[str, Any], trace: Trace) -> Iterator[Breach]:
    known, stages = _last_state_before(trace, page), trace.stages
    if not known:
        return
    # What has ended does not change any more; its address may be signed anew for each request.
    names = {*known, *entry} if stages.ended(known.get("status")) else known.keys() & _FIXED
    for name in sorted(names - {"status"}):
        if _unsigned(entry.get(name)) != _unsigned(known.get(name)):
            yield breach(page, f"{name} {quoted(known.get(name))}, as retrieveVideo says",
                         f"{name}: {quoted(entry.get(name))}", key=name)  # fmt: skip
    listed, before = str(entry.get("status")), str(known.get("status"))
    rank, reached = stages.rank(listed), stages.rank(before)
    is_back = rank is not None and reached is not None and rank < reached
    if is_back or (stages.ended(before) and listed != before):
        yield breach(page, f"status {before} or later, as retrieveVideo said before",
                     f"status: {listed}", key="status")  # fmt: skip


def _unsigned(value: Any) -> Any:
    is_address = isinstance(value, str) and value.startswith(("http://", "https://"))
    return value.partition("?")[0] if is_address else value


def _last_state_before(trace: Trace, page: Exchange) -> Mapping[str, Any]:
    known: Mapping[str, Any] = {}
    for exchange, state in trace.states():
        if exchange.number < page.number:
            known = state
    return known
