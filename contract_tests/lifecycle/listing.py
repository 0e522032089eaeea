"""Walks through the list of jobs, page after page."""

from dataclasses import dataclass, replace

from contract_tests.lifecycle.trace import ListWalk
from contract_tests.wire.exchange import Exchange, Request, id_of
from contract_tests.wire.session import RefusedError, Session, UnansweredError
from openapi.contract.contract import quote

_LIST, _RETRIEVE = "listVideos", "retrieveVideo"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """How the list of jobs is requested."""

    name: str
    limit: int | None = None
    order: str | None = None
    most_pages: int = 4


WALKS = (
    ListQuery(name="all jobs"),
    ListQuery(name="one a page", limit=1),
    ListQuery(name="oldest first, one a page", limit=1, order="asc"),
    ListQuery(name="newest first, two a page", limit=2, order="desc"),
    ListQuery(name="as many a page as may be", limit=100, order="desc"),
)
# How many entries that are not the run's own are retrieved.
_MOST_READ = 2


def walk(session: Session, query: ListQuery) -> ListWalk | None:
    """The pages of the list from the first to an empty one; None when there is not even one.

    It continues as long as a page has entries, whatever ``has_more`` says.
    """
    if not session.contract.has(_LIST):
        return None
    path = session.contract.operation(_LIST).path
    pages: list[Exchange] = []
    after: str | None = None
    while len(pages) < query.most_pages:
        given = {"limit": query.limit, "order": query.order, "after": after}
        text = "&".join(
            f"{key}={quote(str(value))}" for key, value in given.items() if value is not None
        )
        try:
            pages.append(session.send(Request("GET", f"{path}?{text}".rstrip("?"))))
        except (RefusedError, UnansweredError):
            break
        last = _last(pages[-1])
        if not last or last == after:
            break
        after = last
    return ListWalk(query.name, query.limit, query.order, tuple(pages), ()) if pages else None


def read_others(session: Session, found: ListWalk) -> ListWalk:
    """The walk, with some of the jobs that the run did not create retrieved by their ids."""
    if not session.contract.has(_RETRIEVE):
        return found
    listed = dict.fromkeys(filter(None, map(id_of, found.entries())))
    others = [job for job in listed if job not in (*found.jobs, *found.gone)]
    reads: list[Exchange] = []
    for job in others[:_MOST_READ]:
        path = session.contract.operation(_RETRIEVE).fill(video_id=job)
        try:
            reads.append(session.send(Request("GET", path)))
        except (RefusedError, UnansweredError):
            break
    return replace(found, reads=tuple(reads))


def _last(page: Exchange) -> str | None:
    """The id of a page's last job."""
    return id_of(page.entries[-1]) if page.entries else None
