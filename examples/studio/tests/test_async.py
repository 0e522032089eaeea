"""The asynchronous studio, with the problems that concern it most."""

import asyncio

import pytest

from studio import Order, TooLateError

pytestmark = pytest.mark.anyio


async def test_films_are_made_side_by_side(video_gateway, async_studio, tmp_path):
    orders = {tmp_path / f"{name}.mp4": Order(f"A {name}") for name in ("cat", "dog", "owl")}
    await asyncio.gather(*(async_studio.film(order, to) for to, order in orders.items()))
    assert sorted(tmp_path.iterdir()) == sorted(orders)
    assert len(video_gateway.jobs) == len(orders)


async def test_an_order_with_a_lost_answer_is_not_paid_twice(video_gateway, async_film):
    video_gateway.fault("disconnect", operation="createVideo", first=1, after_work=True)
    await async_film()
    video_gateway.verify(operation="createVideo", exactly=1)


async def test_a_job_that_hangs_is_left_after_the_time_that_was_given(video_gateway, async_film):
    video_gateway.scenario("stuck_queued")
    video_gateway.clock.step(600)
    with pytest.raises(TooLateError):
        await async_film()


async def test_a_model_that_cannot_be_had_gives_way_to_the_next(video_gateway, async_film):
    video_gateway.fault("status", model="sora-2-pro", status=503, code="model_paused")
    assert (await async_film()).model == "sora-2"


@pytest.mark.parametrize("fault", ["truncated", "html", "disconnect"])
async def test_a_download_survives_a_bad_moment(video_gateway, async_film, target, fault):
    video_gateway.fault(fault, operation="downloadVideoContent", first=2)
    await async_film()
    assert target.read_bytes()[4:8] == b"ftyp"
