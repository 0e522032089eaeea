"""Replies that show one job or its media, the same for every operation that returns them."""

from starlette.responses import Response

from mock_server.domain.clock import Clock
from mock_server.domain.job import Job, View, ends_ms, view_at
from mock_server.http.errors import PRECONDITION_FAILED, RANGE_NOT_SATISFIABLE, ApiError
from mock_server.http.exchange import Inbound, JsonReply
from mock_server.jobs.formats import videos
from mock_server.jobs.formats.wire import Links
from mock_server.media import (
    Asked,
    Clip,
    MediaLibrary,
    PreconditionFailedError,
    RangeNotSatisfiableError,
    Variant,
    content_response,
)

_LONGEST_POLL_MS = 5000
_POLLS_A_JOB = 20


def video_reply(request: Inbound, job: Job, at_ms: int | None = None) -> JsonReply:
    """The job as a Video object, as it is now or was at the instant ``at_ms``."""
    view = view_at(job, request.now if at_ms is None else at_ms)
    return JsonReply(
        videos.write(job, view, Links(request.base_url), request.dialect),
        headers=reply_headers(request, view),
        deliberate=view.word is not None,
    )


def poll_headers(clock: Clock, view: View) -> dict[str, str]:
    """The header with the real milliseconds until the next poll; none when the job has ended."""
    if not view.waiting:
        return {}
    # It is unknown when a stuck job ends; it is polled once in each second of the tenant's clock.
    left = _POLLS_A_JOB * 1000 if view.remaining_ms is None else view.remaining_ms
    span = clock.wall_span_ms(left)
    pause = min(_LONGEST_POLL_MS, max(clock.shortest_wait_ms(), span // _POLLS_A_JOB))
    return {"openai-poll-after-ms": str(pause)}


def reply_headers(request: Inbound, view: View) -> dict[str, str]:
    """The headers of a reply that shows a job, in the dialect of the request."""
    return poll_headers(request.clock, view) if request.dialect.headers.poll_after else {}


async def send_media(library: MediaLibrary, job: Job, variant: Variant, asked: Asked) -> Response:
    """The rendered content of a job, or the requested byte range.

    Raises:
        ApiError: 412, it is not what is asked for; 416, the range lies outside of it.
    """
    order = job.order
    clip = Clip(seed=job.id, width=order.width, height=order.height, seconds=order.seconds)
    return await send_clip(library, clip, variant, Asked(asked.method, asked.headers, ends_ms(job)))


async def send_clip(library: MediaLibrary, clip: Clip, variant: Variant, asked: Asked) -> Response:
    """A rendered clip, or the requested byte range.

    Raises:
        ApiError: 412, it is not what is asked for; 416, the range lies outside of it.
    """
    media = await library.get(clip, variant)
    try:
        return content_response(media, asked)
    except PreconditionFailedError as error:
        raise ApiError(PRECONDITION_FAILED, f"{error}.") from error
    except RangeNotSatisfiableError as error:
        raise ApiError(RANGE_NOT_SATISFIABLE, f"{error}.", headers=error.headers) from error
