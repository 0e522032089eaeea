"""A model that cannot be had is an ordinary day: the next one is taken."""

import pytest

from studio import UnavailableError

AWAY = [(503, "model_paused"), (503, "model_unavailable"), (403, "insufficient_user_quota")]


@pytest.mark.parametrize("models", [("sora-2-2025-10-06", "sora-2")])
def test_a_retired_model_gives_way_to_the_next(video_gateway, film):
    assert film().model == "sora-2"
    video_gateway.verify(operation="createVideo", code="model_retired", exactly=1)


@pytest.mark.parametrize(("status", "code"), AWAY)
def test_a_model_that_cannot_be_had_gives_way_to_the_next(video_gateway, film, status, code):
    video_gateway.fault("status", model="sora-2-pro", status=status, code=code)
    assert film().model == "sora-2"
    video_gateway.verify(operation="createVideo", exactly=2)


def test_an_exhausted_quota_is_no_rate_limit(video_gateway, film):
    video_gateway.fault("rate_limit", model="sora-2-pro", code="insufficient_quota")
    assert film().model == "sora-2"
    video_gateway.verify(operation="createVideo", model="sora-2-pro", exactly=1)


@pytest.mark.video_gateway(budget="1.00")
def test_a_budget_that_is_too_small_for_one_model_pays_for_the_next(video_gateway, film):
    assert film().model == "sora-2"
    video_gateway.verify_bill(charged="0.40", jobs=1)


def test_where_no_model_can_be_had_each_says_why(video_gateway, film):
    video_gateway.fault("status", model="sora-2-pro", status=503, code="model_paused")
    video_gateway.fault("status", model="sora-2", status=403, code="insufficient_quota")
    with pytest.raises(UnavailableError, match=r"sora-2-pro: .* 503 .*sora-2: .* 403 "):
        film()
    assert video_gateway.jobs == []
