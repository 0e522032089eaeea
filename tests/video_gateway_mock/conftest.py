"""Runs suites of a client project, written on the spot, with the plugin as it is installed."""

from collections.abc import Callable, Iterator

import pytest

from mock_server.domain.clock import Pace
from mock_server.running import running_gateway
from mock_server.settings import Settings

Run = Callable[..., pytest.RunResult]

OTHERS = ("schemathesis", "hypothesispytest", "randomly", "asyncio", "timeout")
CLIENT = """
import warnings
import pytest
from openai import OpenAI

warnings.simplefilter("ignore")

def film(**more):
    asked = {"model": "sora-2", "prompt": "A cat", "seconds": "4", **more}
    return OpenAI(max_retries=0).videos.create_and_poll(**asked)
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Run a suite that begins with some imports and a client.

    In a process of its own, since one that is shared ends with modules that exist twice; without
    the plugins that only this project has.
    """

    def suite(text: str, *arguments: str, ini: str = "") -> pytest.RunResult:
        pytester.makeini(f"[pytest]\n{ini}")
        pytester.makepyfile(CLIENT + text)
        others = [word for name in OTHERS for word in ("-p", f"no:{name}")]
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *others, *arguments)

    return suite


@pytest.fixture
def control_url() -> Iterator[str]:
    """A fake that runs already."""
    with running_gateway(Settings(pace=Pace(speed=0, step_s=30))) as gateway:
        yield gateway.url
