"""However the answer to an order is lost, there is one job; and what costs nothing is repeated."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from openai.types import Video

from studio import Order, RefusedError, ServiceError, UnclearError
from studio.order import lost_job

CREATE = "createVideo"
# Four seconds of sora-2-pro in its usual size.
PRICE = "1.20"
LOST = [
    ("disconnect", {"after_work": True}),
    ("truncated", {}),
    ("malformed_json", {}),
    ("duplicated", {}),
]
NOT_MADE = [
    ("disconnect", {}),
    ("status", {"status": 502}),
    ("html", {}),
]


@pytest.mark.parametrize(("fault", "settings"), LOST)
def test_an_order_with_a_lost_answer_is_not_paid_twice(video_gateway, film, fault, settings):
    video_gateway.fault(fault, operation=CREATE, first=1, **settings)
    film()
    video_gateway.verify(operation=CREATE, exactly=1)
    video_gateway.verify_bill(charged=PRICE, duplicates=0)


@pytest.mark.parametrize(("fault", "settings"), NOT_MADE)
def test_an_order_that_did_not_arrive_is_sent_again(video_gateway, film, fault, settings):
    video_gateway.fault(fault, operation=CREATE, first=1, **settings)
    film()
    video_gateway.verify(operation=CREATE, exactly=2)
    video_gateway.verify_bill(charged=PRICE, jobs=1, duplicates=0)


def test_older_jobs_are_not_taken_for_the_one_that_was_lost(video_gateway, film):
    first = film()
    video_gateway.fault("disconnect", operation=CREATE, first=1, after_work=True)
    assert film().id != first.id
    video_gateway.verify(operation=CREATE, exactly=2)


def test_threads_that_share_a_studio_get_each_their_own_film(video_gateway, studio, tmp_path):
    video_gateway.fault("disconnect", operation=CREATE, nth=2, after_work=True)
    with ThreadPoolExecutor(4) as pool:
        prompts = ["A cat", "A dog", "An owl", "A fox"]
        ids = pool.map(lambda each: studio.film(Order(each), tmp_path / each).id, prompts)
    assert {job.id: job.prompt for job in video_gateway.jobs} == dict(
        zip(ids, prompts, strict=True)
    )


def test_without_a_list_a_lost_answer_is_not_guessed_at(video_gateway, film):
    video_gateway.fault("status", operation="listVideos", status=404)
    video_gateway.fault("disconnect", operation=CREATE, after_work=True)
    with pytest.raises(UnclearError, match="a job may have been made"):
        film()
    video_gateway.verify(operation=CREATE, exactly=1)


def test_a_rate_limit_is_obeyed(video_gateway, film):
    video_gateway.fault("rate_limit", operation=CREATE, first=2, retry_after_ms=20_000)
    film()
    sent = [one.at_ms for one in video_gateway.search(operation=CREATE)]
    assert [later - sooner for sooner, later in pairwise(sent)] == [20_000] * 2


def test_a_service_that_stays_down_is_given_up(video_gateway, film):
    video_gateway.fault("status", operation=CREATE, status=500)
    with pytest.raises(ServiceError, match="500"):
        film()
    video_gateway.verify(operation=CREATE, exactly=4)


def test_a_refused_order_is_not_repeated(video_gateway, film):
    video_gateway.scenario("moderation_at_create")
    with pytest.raises(RefusedError):
        film()
    video_gateway.verify(operation=CREATE, exactly=1)


@pytest.mark.parametrize("fault", ["status", "rate_limit", "disconnect", "html", "malformed_json"])
def test_a_look_at_a_job_is_repeated(video_gateway, film, fault):
    settings = {"status": 500} if fault == "status" else {}
    video_gateway.fault(fault, operation="retrieveVideo", first=3, **settings)
    assert film().status == "completed"
    assert len(video_gateway.jobs) == 1


def test_several_jobs_that_may_be_the_lost_one_are_named_and_none_is_taken():
    jobs = [Video.construct(id=name, prompt=None) for name in ("video_3", "video_2", "video_1")]
    with pytest.raises(UnclearError, match=r"video_3, video_2$"):
        lost_job(jobs, "video_1", Order("A cat"))
