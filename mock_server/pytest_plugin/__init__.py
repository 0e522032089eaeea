"""The pytest plugin: nothing to import, and nothing loaded until it is used.

House rule: this module imports nothing but pytest, since every pytest run of an environment that
has the package installed reads it.
"""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_server.handle import Gateway
    from mock_server.settings import Settings

_FIXTURE = "video_gateway"
_MARKER = (
    "video_gateway(scenario=NAME, dialect=NAME, egress=True): how the world of a test begins; "
    "egress=True lets it reach other hosts"
)
_OPTIONS = (
    ("video_gateway_url", "URL of a running fake to use instead of one of the session's own"),
    ("video_gateway_step", "seconds a job lives on with each poll; 0 lets time run (default 30)"),
    ("video_gateway_egress", "'guard' keeps tests on loopback, 'allow' does not (default guard)"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what can be set in the configuration file."""
    for name, meaning in _OPTIONS:
        parser.addini(name, meaning, default="")
    parser.addini(
        "video_gateway_env",
        "more environment variables, NAME=VALUE, where {base_url}, {url} and {api_key} are put in",
        type="linelist",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", _MARKER)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Show with a failure what the fake was asked."""
    report = yield
    gateway = getattr(item, "funcargs", {}).get(_FIXTURE)
    if gateway is not None and report.when == "call" and report.failed:
        from mock_server.pytest_plugin.failure import journal_section

        report.sections.append(("video gateway", journal_section(gateway)))
    return report


@pytest.fixture(scope="session")
def video_gateway_settings(pytestconfig: pytest.Config) -> "Settings":
    """What the session's server is started with; override it in ``conftest.py`` to change it."""
    from mock_server.pytest_plugin.options import settings_of

    return settings_of(pytestconfig)


@pytest.fixture(scope="session")
def video_gateway_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of the session's server, or of the one that the configuration names."""
    url: str = request.config.getini("video_gateway_url")
    if url:
        yield url.rstrip("/").removesuffix("/v1")
        return
    from mock_server.collector import paused

    with paused():
        from mock_server.running import running_gateway

    with running_gateway(request.getfixturevalue("video_gateway_settings")) as gateway:
        yield gateway.url


@pytest.fixture
def video_gateway(
    request: pytest.FixtureRequest, video_gateway_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator["Gateway"]:
    """A fake video gateway: a world of the test's own on the session's server.

    ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY`` point to it, and time moves on with each poll.
    """
    from mock_server.handle import Gateway
    from mock_server.pytest_plugin import options
    from mock_server.pytest_plugin.egress import loopback_only

    # The same key each time a test runs, so that with the same seed its jobs have the same ids.
    digest = hashlib.blake2b(request.node.nodeid.encode(), digest_size=12).hexdigest()
    gateway = Gateway(video_gateway_url, f"sk-test-{digest}")
    for name, value in options.environment(request.config, gateway):
        monkeypatch.setenv(name, value)
    marker = request.node.get_closest_marker(_FIXTURE)
    asked = options.asked(marker)
    if "scenario" in asked:
        gateway.scenario(asked["scenario"])
    if "dialect" in asked:
        gateway.dialect(asked["dialect"])
    with ExitStack() as stack:
        if options.is_guarded(request.config, asked):
            stack.enter_context(loopback_only())
        yield gateway
    gateway.forget()
