"""Whatever goes wrong, a film is paid for once and is whole, or there is none and that is said.

Each test runs once as it is, and once in each case of the drill. That it fails in a case is right:
there is no film then. The summary of the run names what no case may show: a test that hangs, pays
twice, keeps half a film or passes without one.
"""

import pytest


@pytest.mark.video_gateway(drill=True)
def test_a_film(film, target):
    film()
    assert target.read_bytes()[4:8] == b"ftyp"


@pytest.mark.anyio
@pytest.mark.video_gateway(
    drill=["answer_lost", "create_lost", "stuck_queued", "download_truncated"]
)
async def test_a_film_of_the_asynchronous_studio(async_film, target):
    await async_film()
    assert target.read_bytes()[4:8] == b"ftyp"
