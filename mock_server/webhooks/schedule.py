"""When a delivery is tried again, and when it is given up; all on the tenant's clock.

The delays are the example of Standard Webhooks; that OpenAI retries for up to 72 hours is in its
guide. Which delays OpenAI keeps to is not documented, nor what it does when it is asked to slow
down: inferred.
"""

from dataclasses import replace

from mock_server.domain.webhooks import Attempt, Delivery, DeliveryState, succeeded
from mock_server.webhooks.post import Answer

_SECOND, _MINUTE, _HOUR = 1000, 60_000, 3_600_000
WINDOW_MS = 72 * _HOUR
# The example ends with one after 24 hours more, which would be past the 72.
DELAYS_MS = (
    *(5 * _SECOND, 5 * _MINUTE, 30 * _MINUTE),
    *(2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR),
)
GONE = 410
# Attempts of one delivery, which can be sent again by hand any number of times.
_KEPT = 100
# Standard Webhooks: the receiver has too much to do.
_SLOW_DOWN = frozenset({429, 502, 504})


def after(delivery: Delivery, attempt: Attempt, answer: Answer) -> Delivery:
    """What becomes of a delivery with one more attempt, which had that answer."""
    tried = replace(delivery, attempts=(*delivery.attempts, attempt)[-_KEPT:])
    if succeeded(answer.status):
        return replace(tried, state=DeliveryState.DELIVERED)
    if answer.status == GONE:
        return _ended(tried, DeliveryState.DROPPED, "the endpoint answered 410 Gone")
    if answer.refused:
        return _ended(tried, DeliveryState.FAILED, answer.error or "")
    made = len(tried.attempts)
    if made > len(DELAYS_MS):
        return _ended(tried, DeliveryState.FAILED, f"{made} attempts failed")
    # What asks for less work gets the delay after the next.
    step = made if answer.status in _SLOW_DOWN else made - 1
    delay = DELAYS_MS[min(step, len(DELAYS_MS) - 1)]
    due_ms = attempt.at_ms + max(delay, answer.retry_after_ms or 0)
    # A clock may have been moved by days before the first attempt: that one begins the 72 hours.
    if due_ms > tried.attempts[0].at_ms + WINDOW_MS:
        reason = f"{made} attempts failed, and the next would be after 72 hours"
        return _ended(tried, DeliveryState.FAILED, reason)
    return replace(tried, due_ms=due_ms)


def _ended(delivery: Delivery, state: DeliveryState, reason: str) -> Delivery:
    return replace(delivery, state=state, reason=reason)
