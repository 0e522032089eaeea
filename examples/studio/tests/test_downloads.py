"""A film is fetched in pieces: what breaks costs one of them, and no half film is ever kept."""

import pytest

from studio import ServiceError
from studio.content import Download

DOWNLOAD = "downloadVideoContent"


def test_a_piece_that_breaks_off_is_fetched_again(video_gateway, film, studio, target):
    job = film().id
    whole = target.read_bytes()
    broken = video_gateway.fault("truncated", operation=DOWNLOAD, nth=2)
    studio.finish(job, target)
    assert (broken.fired, target.read_bytes()) == (1, whole)


@pytest.mark.parametrize("fault", ["disconnect", "html", "status"])
def test_a_download_survives_a_bad_moment(video_gateway, film, target, fault):
    settings = {"status": 500} if fault == "status" else {}
    video_gateway.fault(fault, operation=DOWNLOAD, first=2, **settings)
    film()
    assert target.read_bytes()[4:8] == b"ftyp"


def test_a_web_page_is_never_kept_as_a_film(video_gateway, film, target):
    video_gateway.fault("html", operation=DOWNLOAD)
    with pytest.raises(ServiceError, match="not a film: text/html"):
        film()
    assert list(target.parent.iterdir()) == []


def test_a_film_can_be_fetched_later_after_a_failed_download(video_gateway, film, studio, target):
    down = video_gateway.fault("status", status=500, operation=DOWNLOAD)
    with pytest.raises(ServiceError) as failed:
        film()
    down.end()
    studio.finish(failed.value.job, target)
    video_gateway.verify(operation="createVideo", exactly=1)


def test_a_service_that_sends_all_instead_of_a_piece_is_taken_at_its_word(target):
    with Download(target) as download:
        download.add(206, {"content-range": "bytes 0-8/99"}, b"....ftyp.")
        download.add(200, {}, b"....ftyp, all of it")
    assert target.read_bytes() == b"....ftyp, all of it"
