"""What becomes of an order: a film, or one of the reasons why there is none."""

import pytest

from studio import FailedError, GoneError, Order, RefusedError, TooLateError


def boxes(film: bytes) -> set[bytes]:
    """The top-level boxes of an MP4: each begins with its length and its name."""
    found, at = set(), 0
    while at < len(film):
        found.add(film[at + 4 : at + 8])
        at += int.from_bytes(film[at : at + 4], "big")
    return found


def test_an_order_becomes_a_playable_file(video_gateway, film, target):
    film()
    assert boxes(target.read_bytes()) >= {b"ftyp", b"moov", b"mdat"}
    video_gateway.verify(operation="createVideo", prompt="calico cat", exactly=1)


@pytest.mark.parametrize(
    ("scenario", "reason"), [("fails_at_60", "generation_failed"), ("cancelled", "cancelled")]
)
def test_a_failed_job_is_reported_with_its_reason(video_gateway, film, scenario, reason):
    video_gateway.scenario(scenario)
    with pytest.raises(FailedError, match=reason):
        film()
    video_gateway.verify_bill(charged="0", refunded="1.20", jobs=1)


@pytest.mark.parametrize("scenario", ["moderation_at_create", "moderation_late"])
def test_moderation_asks_for_another_prompt(video_gateway, film, scenario):
    video_gateway.scenario(scenario)
    with pytest.raises(RefusedError, match="blocked by our moderation system"):
        film()


def test_a_job_that_hangs_is_left_after_the_time_that_was_given(video_gateway, film):
    video_gateway.scenario("stuck_at_99")
    video_gateway.clock.step(600)  # each look at the job is ten minutes of its life
    with pytest.raises(TooLateError, match="not ready within 1800 seconds"):
        film()


def test_a_job_that_was_left_can_be_finished_without_paying_again(video_gateway, studio, target):
    video_gateway.scenario("slow")
    video_gateway.clock.step(600)
    with pytest.raises(TooLateError) as late:
        studio.film(Order("A long walk on the beach", seconds="12"), target)
    studio.finish(late.value.job, target)
    video_gateway.verify(operation="createVideo", exactly=1)


@pytest.mark.parametrize("scenario", ["unknown_status", "jumps_to_90"])
def test_what_a_job_shows_on_its_way_does_not_matter(video_gateway, film, scenario):
    video_gateway.scenario(scenario)
    assert film().status == "completed"


@pytest.mark.parametrize("scenario", ["content_expired", "completed_without_content"])
def test_a_film_that_is_gone_leaves_no_file(video_gateway, film, target, scenario):
    video_gateway.scenario(scenario)
    with pytest.raises(GoneError):
        film()
    assert list(target.parent.iterdir()) == []


def test_a_film_is_gone_a_week_after_it_was_made(video_gateway, film, studio, target):
    job = film().id
    video_gateway.clock.advance(7 * 86400)
    with pytest.raises(GoneError, match="expired"):
        studio.finish(job, target)
