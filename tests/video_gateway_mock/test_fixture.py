"""The fixture as a client project uses it: nothing imported, nothing waited for."""

import re

import pytest

from tests.project.source import ROOT
from tests.properties import examples
from tests.video_gateway_mock.conftest import Run, Suite


@pytest.mark.long
@pytest.mark.parametrize("page", ["README.md", "docs/offline-tests.md"])
def test_the_example_of_the_pages(page: str, run: Run) -> None:
    """The first test that a page shows passes as it stands there."""
    text = (ROOT / page).read_text(encoding="utf-8")
    shown, *_ = re.findall(r"```python\n(def test_.*?)```", text, re.DOTALL)

    run(f"from openai import NotFoundError\n\n{shown}").assert_outcomes(passed=1)


@pytest.mark.client_suite("""
def test_failure(video_gateway):
    video_gateway.scenario("fails_at_60")
    assert film().status == "failed"

def test_expiry(video_gateway):
    video = film()
    video_gateway.clock.advance(7 * 86400)
    with pytest.raises(Exception, match="expired"):
        OpenAI().videos.download_content(video.id)

def test_retry(video_gateway):
    video_gateway.fault("status", status=503, first=2)
    OpenAI(max_retries=2).videos.list()
    assert [one.retry for one in video_gateway.requests] == [0, 1, 2]
""")
def test_common_setups_take_one_line_each(suite: Suite) -> None:
    """Scenario, clock and fault are set in one line each, and the SDK needs no help to poll."""
    assert suite.passed == suite.tests == 3


@pytest.mark.client_suite("""
@pytest.mark.parametrize("turn", range(3))
def test_alone(video_gateway, turn):
    assert (video_gateway.jobs, video_gateway.requests) == ([], [])
    video_gateway.scenario("instant")
    video_gateway.fault("html", operation="listVideos")
    assert film().status == "completed"
    assert len(video_gateway.jobs) == 1
""")
def test_every_test_has_its_own_state(suite: Suite) -> None:
    """Jobs, settings and requests of one test are gone in the next."""
    assert suite.passed == suite.tests == 3


@pytest.mark.long
def test_the_same_test_sees_the_same_ids_again(run: Run) -> None:
    """Two runs of a suite make jobs of the same ids, so that snapshots hold."""
    text = """
def test_ids(video_gateway):
    print("ids:", film().id, film(prompt="A dog").id)
"""
    first, second = (
        [line for line in run(text, "-s").outlines if "ids:" in line] for _ in range(2)
    )

    assert first == second
    assert len(set(first[0].split())) > 2


@pytest.mark.client_suite("""
import asyncio
from concurrent.futures import ThreadPoolExecutor
from openai import AsyncOpenAI

def test_async(video_gateway):
    async def films():
        async with AsyncOpenAI(max_retries=0) as client:
            made = (client.videos.create_and_poll(model="sora-2", prompt="A cat", seconds="4")
                    for _ in range(4))
            return await asyncio.gather(*made)
    assert {video.status for video in asyncio.run(films())} == {"completed"}
    assert len(video_gateway.jobs) == 4

def test_threads(video_gateway):
    with ThreadPoolExecutor(8) as pool:
        videos = list(pool.map(lambda _: film(), range(16)))
    assert {video.status for video in videos} == {"completed"}
    assert {job.id for job in video_gateway.jobs} == {video.id for video in videos}
""")
def test_async_clients_and_threads_share_the_state_of_their_test(suite: Suite) -> None:
    """Any client in any thread or loop of a test reaches the same jobs."""
    assert suite.passed == suite.tests == 2


@pytest.mark.client_suite("""
@pytest.mark.video_gateway(scenario="moderation_late")
def test_marked(video_gateway):
    assert film().error.code == "moderation_blocked"
""")
def test_the_marker_sets_the_initial_state(suite: Suite) -> None:
    """A scenario in the marker holds from the first request."""
    assert suite.passed == suite.tests == 1


@pytest.mark.client_suite("""
@pytest.mark.video_gateway(requests="lenient")
def test_lenient(video_gateway):
    assert OpenAI().videos.create(model="sora-9", prompt="x").status == "queued"
    assert video_gateway.requests[-1].strict.startswith("400 model_not_found model: ")
    video_gateway.requests_mode("example")
    assert OpenAI().videos.retrieve("video_123").id == "video_123"
""")
def test_the_marker_says_how_requests_are_held(suite: Suite) -> None:
    """A lenient test's unknown model is taken, and the handle shows what strict would answer."""
    assert suite.passed == suite.tests == 1


def test_a_failure_shows_what_the_fake_was_asked(run: Run) -> None:
    """The report of a failed test lists requests and jobs, and not the key."""
    result = run("""
def test_wrong(video_gateway):
    video_gateway.scenario("fails_at_60")
    assert film().status == "completed"
""")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*video gateway*",
            "*#1 POST /v1/videos -> 200 scenario=fails_at_60 job=video_*",
            "*video_* fails_at_60: failed 60 %*",
        ]
    )
    assert "sk-test" not in result.stdout.str()


UNUSED = """
def test_never(video_gateway):
    video_gateway.fault("status", operation="listVideos", status=503{strict})
    film()
"""


@pytest.mark.parametrize(
    ("strict", "mark", "option"),
    [
        (", strict=True", "", ""),
        ("", "@pytest.mark.video_gateway(strict=True)", ""),
        ("", "", "video_gateway_strict_faults=true"),
    ],
    ids=["call", "marker", "configuration"],
)
def test_a_strict_fault_that_is_never_used_fails_the_test(
    run: Run, strict: str, mark: str, option: str
) -> None:
    """The failure names the fault as it was set, and how many requests matched."""
    test = mark + UNUSED.replace("{strict}", strict)
    result = run(test, *(("-o", option) if option else ()))

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*the fault status status=503 * operation=listVideos was never used: no request matched*"]
    )
    assert "raceback" not in result.stdout.str()


@pytest.mark.client_suite("""
def test_used(video_gateway):
    video_gateway.fault("status", status=503, first=1, strict=True)
    OpenAI(max_retries=1).videos.list()

def test_not_asked(video_gateway):
    video_gateway.fault("status", operation="listVideos", status=503)

@pytest.mark.video_gateway(strict=True)
def test_except_one(video_gateway):
    video_gateway.fault("status", operation="listVideos", status=503, strict=False)

def test_block(video_gateway):
    with pytest.raises(AssertionError, match="never used: 1 requests matched"):
        with video_gateway.fault("status", status=503, nth=2, strict=True):
            OpenAI().videos.list()
    with pytest.raises(RuntimeError):
        with video_gateway.fault("status", status=503, strict=True):
            raise RuntimeError
    video_gateway.reset("faults")
    with pytest.raises(AssertionError, match="has ended, and no request in the journal met it"):
        video_gateway.verify_faults()
    with pytest.raises(Exception):
        OpenAI(default_headers={"Prefer": "fault=status"}, max_retries=0).videos.list()

def test_expired(video_gateway):
    video_gateway.fault("status", status=503, ttl_s=60, strict=True)
    with pytest.raises(Exception):
        OpenAI(max_retries=0).videos.list()
    video_gateway.clock.advance(61)
    OpenAI().videos.list()
""")
def test_strict_faults_that_are_used_change_nothing(suite: Suite) -> None:
    """A strict fault is looked at when it ends, with its block, its time or its test."""
    assert suite.passed == suite.tests == 5


def test_an_unused_fault_is_in_the_report_of_a_failure(run: Run) -> None:
    """A failed test shows each fault with the requests that matched it."""
    result = run("""
def test_wrong(video_gateway):
    video_gateway.fault("status", operation="listVideos", status=503)
    video_gateway.fault("latency", ms=1)
    film()
    raise RuntimeError
""")

    result.stdout.fnmatch_lines(
        [
            "*the fault status status=503 * was never used: no request matched",
            "*the fault latency ms=1* was used on * requests",
        ]
    )


@pytest.mark.long
def test_settings_and_environment_can_be_changed(run: Run) -> None:
    """A suite gives other settings, other variables and another pace."""
    result = run(
        """
import os

@pytest.fixture(scope="session")
def video_gateway_options():
    return {"scenario": "instant"}

def test_changed(video_gateway):
    assert os.environ["STUDIO_URL"] == video_gateway.base_url + "/videos"
    assert os.environ["STUDIO_KEY"] == video_gateway.api_key
    assert film().status == "completed"
""",
        ini="video_gateway_env =\n    STUDIO_URL={base_url}/videos\n    STUDIO_KEY = {api_key}\n",
    )

    result.assert_outcomes(passed=1)


def test_a_running_fake_can_be_used_instead(run: Run, control_url: str) -> None:
    """The configuration names a server that is there already; each test still has its own state."""
    result = run(
        """
@pytest.mark.parametrize("turn", range(2))
def test_there(video_gateway, turn):
    assert film().status == "completed"
    assert len(video_gateway.jobs) == 1
""",
        ini=f"video_gateway_url = {control_url}/v1\n",
    )

    result.assert_outcomes(passed=2)


BAD = (
    ("video_gateway_step = fast", "*video_gateway_step = fast: must be a number of seconds*"),
    ("video_gateway_step = -1", "*video_gateway_step = -1: must be*"),
    ("video_gateway_egress = no", "*video_gateway_egress = no: must be 'guard' or 'allow'*"),
    ("video_gateway_sdk_warnings = no", "*video_gateway_sdk_warnings = no: must be 'default'*"),
    ("video_gateway_options = --dialect x", "*--dialect x: known are*"),
    ("video_gateway_env = X", "*'X' is not NAME=VALUE*"),
    ("video_gateway_env = X={host}", "*'X={host}' is not NAME=VALUE*"),
)


@pytest.mark.parametrize(("ini", "reason"), BAD)
def test_bad_configuration_is_explained(run: Run, ini: str, reason: str) -> None:
    """What cannot be meant is refused with the setting's name."""
    result = run("def test_it(video_gateway): pass\n", ini=ini, inline=True)

    assert result.ret != 0
    shown = pytest.LineMatcher([*result.outlines, *result.errlines])
    shown.fnmatch_lines([reason])


@pytest.mark.client_suite("""
@pytest.mark.video_gateway(scenarios="happy")
def test_it(video_gateway): pass
""")
def test_a_marker_that_asks_for_too_much_is_explained(suite: Suite) -> None:
    """A marker's misspelt argument is refused with those there are."""
    (error,) = suite.errors

    assert "takes only these, by name: budget, dialect, drill, egress, requests" in error


@pytest.mark.long
def test_tests_in_two_processes_never_meet(run: Run) -> None:
    """Spread over two processes, each of many tests sees its own jobs only."""
    count = examples(500)
    result = run(
        f"COUNT = {count}\n"
        """
@pytest.fixture(scope="session")
def shared():
    return OpenAI(base_url="http://127.0.0.1:1", api_key="none", max_retries=0)

@pytest.mark.parametrize("number", range(COUNT))
def test_one(video_gateway, shared, number):
    prompt = f"Cat number {number}"
    mine = shared.with_options(base_url=video_gateway.base_url, api_key=video_gateway.api_key)
    mine.videos.create(model="sora-2", prompt=prompt, seconds="4")
    assert [job.prompt for job in video_gateway.jobs] == [prompt]
""",
        *("-n", "2", "-q"),
    )

    result.assert_outcomes(passed=count)


@pytest.mark.client_suite("""
def test_count(video_gateway):
    video_gateway.verify(operation="createVideo", exactly=1)

def test_name(video_gateway):
    video_gateway.scenario("fail_at_60")
""")
def test_what_the_fake_refuses_is_shown_at_the_line_of_the_test(suite: Suite) -> None:
    """A failed verification and a misspelt name show the test, and nothing of the handle's code."""
    count, name = map(pytest.LineMatcher, map(str.splitlines, suite.failures))

    count.fnmatch_lines([">*verify(operation=*", "E*AssertionError: expected exactly 1*"])
    name.fnmatch_lines([">*scenario(*", "E*ControlError: No scenario 'fail_at_60'; known: *"])
    for shown in (count, name):
        shown.no_fnmatch_line("*video_gateway_mock*handle*gateway.py:*")
        shown.no_fnmatch_line("*video_gateway_mock*handle*connection.py:*")
