"""The money of creates is put aside before they are sent, and never exceeds the budget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.guard.classification import RequestKind
from contract_tests.guard.policy import Ledger, Limits, Policy
from contract_tests.guard.purse import Purse
from contract_tests.wire.exchange import Request

STATUSES = st.sampled_from([0, 200, 400, 429, 500, 502])
PRICES = st.none() | st.floats(0.01, 5).map(lambda usd: round(usd, 2))
KINDS = st.sampled_from(
    [RequestKind.MAY_CREATE, RequestKind.MAY_BE_ACCEPTED, RequestKind.MUST_BE_REFUSED]
)


def _create(usd: float | None) -> Request:
    return Request("POST", f"/v1/videos?usd={'' if usd is None else usd}")


def _price(request: Request) -> float | None:
    text = request.query.partition("=")[2]
    return float(text) if text else None


def _policy(budget_usd: float, assumed_usd: float | None = None) -> Policy:
    limits = Limits(billable=True, budget=None)
    return Policy(limits, Ledger(), purse=Purse(budget_usd, _price, assumed_usd))


@given(sent=st.lists(st.tuples(KINDS, PRICES, STATUSES), max_size=30), budget=st.floats(0.1, 10))
def test_what_may_have_been_spent_is_within_the_budget(
    sent: list[tuple[RequestKind, float | None, int]], budget: float
) -> None:
    """Whatever a target accepts, refuses or leaves open of creates that are known in price.

    What must be refused has no place in it until a target accepts it.
    """
    policy = _policy(budget)
    spent = 0.0
    for number, (kind, usd, status) in enumerate(sent):
        if policy.refusal(_create(usd), kind, ""):
            continue
        policy.settle(kind, status, f"video_{number}", "createVideo")
        is_sure = kind is RequestKind.MUST_BE_REFUSED
        counts = status == 200 or (status in (0, 500, 502) and not is_sure)
        spent += (usd or 0.0) if counts and not is_sure else 0.0

    assert policy.purse is not None
    assert spent <= budget + 1e-6
    assert policy.purse.spent_usd >= spent - 1e-6


def test_a_refused_create_gives_its_price_back() -> None:
    """The next one may use it; one whose response is lost may have been made, and may not."""
    policy = _policy(1.0)
    for status, why in ((400, ""), (0, "")):
        assert policy.refusal(_create(0.8), RequestKind.MAY_CREATE, "") == why
        policy.settle(RequestKind.MAY_CREATE, status, "", "createVideo")

    assert "$0.80 is more than is left of $1.00" in policy.refusal(
        _create(0.8), RequestKind.MAY_CREATE, ""
    )


@pytest.mark.parametrize("kind", [RequestKind.MAY_CREATE, RequestKind.MAY_BE_ACCEPTED])
def test_an_unknown_price_is_refused_unless_one_is_assumed(kind: RequestKind) -> None:
    """It says how to give one."""
    assert "--price" in _policy(5.0).refusal(_create(None), kind, "")
    assert _policy(5.0, assumed_usd=2.0).refusal(_create(None), kind, "") == ""
    assert "$2.00" in _policy(1.0, assumed_usd=2.0).refusal(_create(None), kind, "")


def test_what_is_made_from_a_job_costs_what_the_job_did() -> None:
    """A remix has no model and no length of its own."""
    policy = _policy(1.0)
    policy.refusal(_create(0.7), RequestKind.MAY_CREATE, "")
    policy.settle(RequestKind.MAY_CREATE, 200, "video_1", "createVideo")

    assert "$0.70" in policy.refusal(_create(None), RequestKind.MAY_CREATE, "video_1")


def test_a_target_that_accepts_what_it_must_refuse_gets_nothing_more() -> None:
    """Of a job of unknown price nobody knows what is left."""
    policy = _policy(5.0)
    assert policy.refusal(_create(None), RequestKind.MUST_BE_REFUSED, "") == ""
    policy.settle(RequestKind.MUST_BE_REFUSED, 200, "video_1", "createVideo")

    assert "unknown price" in policy.refusal(_create(0.1), RequestKind.MAY_CREATE, "")
