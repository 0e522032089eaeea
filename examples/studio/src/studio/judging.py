"""What a failed call means, and so what may be done next."""

from enum import Enum, auto
from json import JSONDecodeError

import openai

from studio.errors import FilmError, RefusedError, ServiceError, UnavailableError

# Words that OpenAI and the gateways in front of it are known to use; add those of yours.
MODERATION = frozenset({"sentinel_block", "moderation_blocked", "content_policy_violation"})
UNAVAILABLE = frozenset(
    {
        "model_retired",
        "model_paused",
        "model_unavailable",
        "model_not_found",
        # Gateways reserve a job's price before they take it: a cheaper model may still be paid for.
        "insufficient_quota",
        "insufficient_user_quota",
        "pre_consume_token_quota_failed",
    }
)
_TIMED_OUT, _BUSY, _SERVER = 408, 429, 500


class BadAnswerError(Exception):
    """The service said that all is well, but its answer is not what was asked for."""


# What a call of the SDK raises when it fails; an answer that is no JSON comes through unwrapped.
PROBLEMS = (openai.APIError, JSONDecodeError, BadAnswerError)
Problem = openai.APIError | JSONDecodeError | BadAnswerError


class Verdict(Enum):
    """What a problem says about the request that met it."""

    REFUSED = auto()
    UNAVAILABLE = auto()
    # Certainly nothing was done; the same request may succeed later.
    BUSY = auto()
    # It may have been carried out although the answer did not arrive.
    UNCERTAIN = auto()
    FINAL = auto()


def judge(problem: Problem) -> Verdict:
    """The meaning of a problem."""
    if not isinstance(problem, openai.APIStatusError):
        return Verdict.UNCERTAIN
    if problem.code in MODERATION:
        return Verdict.REFUSED
    if problem.code in UNAVAILABLE:
        return Verdict.UNAVAILABLE
    if problem.status_code == _BUSY:
        return Verdict.BUSY
    if problem.status_code == _TIMED_OUT or problem.status_code >= _SERVER:
        return Verdict.UNCERTAIN
    return Verdict.FINAL


def film_error(problem: Problem) -> FilmError:
    """A problem in the caller's terms."""
    verdict = judge(problem)
    if verdict is Verdict.REFUSED:
        return RefusedError(str(problem))
    if verdict is Verdict.UNAVAILABLE:
        return UnavailableError(str(problem))
    return ServiceError(str(problem))
