"""Pages keep to their limit, follow each other, and repeat nothing."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach, is_success
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, ListWalk, Moment
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for walk in life.walks:
        seen: set[str] = set()
        for page in walk.pages:
            if not page.answer or not is_success(page):
                continue
            ids = _ids(page)
            yield from _page(page, walk, ids)
            if repeated := sorted(seen & set(ids)):
                yield breach(page, "a page without jobs of the pages before",
                             f"{repeated[0]} once more", key="repeat")  # fmt: skip
            if len(set(ids)) < len(ids):
                yield breach(page, "each job once on a page", "one twice", key="twice")
            seen |= set(ids)
        yield from _end(walk, seen)


def _ids(page: Exchange) -> list[str]:
    return [str(each.get("id")) for each in page.entries]


def _page(page: Exchange, walk: ListWalk, ids: list[str]) -> Iterator[Breach]:
    body = page.reply.object
    if walk.limit is not None and len(ids) > walk.limit:
        yield breach(page, f"at most {walk.limit} jobs", f"{len(ids)} jobs", key="limit")
    ends = (ids[0], ids[-1]) if ids else (None, None)
    said = (body.get("first_id"), body.get("last_id"))
    if said != ends:
        yield breach(page, f"first_id {ends[0]}, last_id {ends[1]}",
                     f"first_id {said[0]}, last_id {said[1]}", key="ends")  # fmt: skip
    if page is not walk.pages[-1] and page.reply.object.get("has_more") is False:
        after = [each for each in walk.pages[walk.pages.index(page) + 1 :] if each.answer]
        if any(_ids(each) for each in after):
            yield breach(page, "has_more true, since there is another page", "has_more: false",
                         key="has_more")  # fmt: skip
    if body.get("has_more") is True and not ids and walk.limit != 0:
        yield breach(page, "has_more false after the last job", "has_more: true on an empty page",
                     key="has_more at the end")  # fmt: skip


def _end(walk: ListWalk, seen: set[str]) -> Iterator[Breach]:
    last = walk.pages[-1] if walk.pages else None
    if last is None or not last.answer or last.reply.object.get("has_more") is not False:
        return
    unseen = [job for job in walk.jobs if job not in seen and job not in walk.gone]
    if unseen and walk.limit is not None and len(_ids(last)) >= walk.limit:
        yield breach(last, "has_more true while there are more jobs",
                     f"has_more: false without {unseen[0]}", key="has_more")  # fmt: skip


CHECK = LifeCycle(
    name="pagination",
    holds="limit bounds a page, after continues it, has_more, first_id and last_id are true of it.",
    source="OpenAI API spec, ListVideos and VideoListResource",
    evidence=Evidence.VERIFIED,
    applies=having("listVideos"),
    look=_look,
    moments=frozenset({Moment.CREATE}),
    walks=True,
)
