"""What is ordered, what the service makes of it, and how to find a job whose answer was lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from openai.types import Video, VideoSeconds, VideoSize

from studio.errors import FailedError, RefusedError, UnclearError
from studio.judging import MODERATION, BadAnswerError

_FAILED = frozenset({"failed", "cancelled", "expired", "error"})


@dataclass(frozen=True, slots=True)
class Order:
    """A film to be made."""

    prompt: str
    seconds: VideoSeconds = "4"
    size: VideoSize = "1280x720"


def job_of(answer: object) -> Video:
    """A job, held to being one: the SDK passes on a web page as text, and an error as a job.

    Raises:
        BadAnswerError: it is none.
    """
    if isinstance(answer, Video) and answer.id and answer.status:
        return answer
    raise BadAnswerError(f"not a job: {str(answer)[:80]!r}")


def jobs_of(answer: object) -> list[Video]:
    """The jobs of one page of the list.

    Raises:
        BadAnswerError: it is none.
    """
    page = getattr(answer, "data", None)
    if not isinstance(page, list):
        raise BadAnswerError(f"not a list of jobs: {str(answer)[:80]!r}")
    return [job_of(each) for each in page]


def is_complete(job: Video) -> bool:
    """Whether the film can be fetched; a status word that nobody documents means: not yet.

    Raises:
        RefusedError: moderation has stopped the film.
        FailedError: it will never be ready.
    """
    if job.error is not None or job.status in _FAILED:
        code = job.error.code if job.error else job.status
        message = job.error.message if job.error else f"the job is {job.status}"
        kind = RefusedError if code in MODERATION else FailedError
        raise kind(f"{code}: {message}", job=job.id)
    return job.status == "completed"


def lost_job(
    newest_first: Iterable[Video], newest_before: str | None, order: Order
) -> Video | None:
    """The job that was made since another was the newest, if there is one.

    Gateways rename models and change sizes in their answers, and most lists show no prompt. So
    everything new counts, and a key must be used by one studio at a time.

    Raises:
        UnclearError: there are several.
    """
    made = takewhile(lambda job: job.id != newest_before, newest_first)
    fitting = [job for job in made if job.prompt in (None, order.prompt)]
    if len(fitting) > 1:
        ids = ", ".join(job.id for job in fitting)
        raise UnclearError(f"the answer to an order was lost, and any of these may be it: {ids}")
    return fitting[0] if fitting else None
