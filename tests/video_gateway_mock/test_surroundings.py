"""The fixture in suites with proxies, patched clocks, strict warnings and other plugins."""

import pytest

from tests.video_gateway_mock.conftest import Run, Suite

FILM = """
def test_film(video_gateway):
    assert film().status == "completed"
"""
DEAD = "http://127.0.0.1:9"


@pytest.mark.long
def test_proxies_of_the_environment_are_bypassed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With HTTP_PROXY and its like set, clients reach the fake, and other hosts stay excepted."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, DEAD)
        monkeypatch.setenv(name.lower(), DEAD)
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    monkeypatch.delenv("no_proxy", raising=False)

    result = run(
        FILM
        + """
import os
import urllib.request

def test_other_clients(video_gateway):
    assert os.environ["no_proxy"].split(",")[0] == "intranet.example"
    urllib.request.urlopen(video_gateway.url + "/openapi.yaml").close()
"""
    )

    result.assert_outcomes(passed=2)


@pytest.mark.client_suite("""
import freezegun
import time_machine

@pytest.mark.parametrize("stop", [freezegun.freeze_time, time_machine.travel])
def test_frozen(video_gateway, stop):
    with stop("2020-02-29 12:00"):
        video = film()
        assert video.status == "completed"
        assert OpenAI().videos.download_content(video.id).read()
        assert video.created_at > 1_700_000_000
""")
def test_a_patched_clock_stops_nothing(suite: Suite) -> None:
    """A test with a frozen clock creates, polls and downloads; the fake keeps its own time."""
    assert suite.passed == suite.tests == 2


STRICT = """
import warnings
from openai import OpenAI

def test_film(video_gateway):
    assert OpenAI().videos.create(model="sora-2", prompt="A cat").id
"""


@pytest.mark.long
def test_warnings_as_errors_need_one_line(pytester: pytest.Pytester) -> None:
    """With ``-W error`` the SDK's own warning fails a test, which names the setting that helps."""
    pytester.makepyfile(STRICT)
    quiet = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest")
    without = ("-p", "no:asyncio", "-p", "no:randomly")
    refused = pytester.runpytest_subprocess(*quiet, *without, "-W", "error")
    pytester.makeini("[pytest]\nvideo_gateway_sdk_warnings = ignore\n")
    silenced = pytester.runpytest_subprocess(*quiet, *without, "-W", "error")

    refused.assert_outcomes(failed=1)
    refused.stdout.fnmatch_lines(["*video_gateway_sdk_warnings = ignore*"])
    silenced.assert_outcomes(passed=1)


ASYNC = """
from openai import AsyncOpenAI

async def made():
    async with AsyncOpenAI(max_retries=0) as client:
        return await client.videos.create_and_poll(model="sora-2", prompt="A cat", seconds="4")
"""
MODES = {
    "auto": "asyncio_mode = auto\n",
    "strict": "asyncio_mode = strict\n",
    "anyio": "anyio_mode = auto\n",
}


@pytest.mark.long
@pytest.mark.parametrize("mode", MODES)
def test_async_tests_use_the_fixture_in_every_mode(pytester: pytest.Pytester, mode: str) -> None:
    """pytest-asyncio, automatic or strict, and anyio's plugin run async tests with the fixture."""
    marker = {"strict": "@pytest.mark.asyncio\n"}.get(mode, "")
    backend = "@pytest.fixture\ndef anyio_backend(): return 'asyncio'\n" if mode == "anyio" else ""
    pytester.makeini(f"[pytest]\nvideo_gateway_sdk_warnings = ignore\n{MODES[mode]}")
    pytester.makepyfile(
        f"import pytest\n{ASYNC}\n{backend}\n{marker}"
        "async def test_async(video_gateway):\n"
        "    assert (await made()).status == 'completed'\n"
        "    assert len(video_gateway.jobs) == 1\n"
    )
    off = ["-p", "no:asyncio"] if mode == "anyio" else []

    result = pytester.runpytest_subprocess(
        "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest", *off
    )

    result.assert_outcomes(passed=1)


@pytest.mark.long
def test_random_order_time_limits_and_processes_change_nothing(pytester: pytest.Pytester) -> None:
    """pytest-randomly, pytest-timeout (by signal) and pytest-xdist together are nothing special."""
    pytester.makeini("[pytest]\ntimeout = 120\ntimeout_method = signal\n")
    pytester.makepyfile(
        """
import random
import warnings
import pytest
from openai import OpenAI

warnings.simplefilter("ignore")

@pytest.mark.parametrize("number", range(6))
def test_film(video_gateway, number):
    prompt = f"A cat {random.random()}"
    OpenAI().videos.create(model="sora-2", prompt=prompt, seconds="4")
    assert [job.prompt for job in video_gateway.jobs] == [prompt]
"""
    )
    ours = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest")

    result = pytester.runpytest_subprocess(*ours, "-n", "2", "-p", "randomly")

    result.assert_outcomes(passed=6)
