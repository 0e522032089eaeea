"""The answers that show one job, the same whichever operation gives them."""

from mock_server.domain.job import Job, View, view_at
from mock_server.http.exchange import Inbound, JsonReply
from mock_server.jobs.formats import unified, videos
from mock_server.jobs.formats.wire import Links
from mock_server.jobs.service import poll_headers


def video_reply(request: Inbound, job: Job) -> JsonReply:
    """The job as a Video object."""
    view = view_at(job, request.now)
    return JsonReply(
        videos.write(job, view, Links(request.base_url), request.dialect),
        headers=_poll_headers(request, view),
        deliberate=view.word is not None,
    )


def unified_reply(request: Inbound, job: Job, *, created: bool = False) -> JsonReply:
    """The job in the unified format; the answer to a create is shorter."""
    view = view_at(job, request.now)
    wire = (
        unified.write_created(job, view)
        if created
        else unified.write(job, view, Links(request.base_url))
    )
    headers = _poll_headers(request, view)
    return JsonReply(wire, headers=headers, deliberate=view.word is not None)


def _poll_headers(request: Inbound, view: View) -> dict[str, str]:
    return poll_headers(request.clock, view) if request.dialect.headers.poll_after else {}
