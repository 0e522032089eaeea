"""The pytest plugin: the fixture ``video_gateway``, its marker and its configuration.

Every pytest run of an environment with this package reads this module, so it imports nothing but
pytest and the standard library; everything else is loaded when a test needs it.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from video_gateway_mock.handle import Gateway
    from video_gateway_mock.pytest_plugin.session_server import SessionServer
    from video_gateway_mock.server import Option

_FIXTURE = "video_gateway"
_SERVER = pytest.StashKey["SessionServer"]()
_MARKER = (
    "video_gateway(scenario=NAME, dialect=NAME, requests=MODE, budget=USD, egress=True): how the "
    "test's state "
    "begins; "
    "egress=True lets the test connect to other hosts"
)
_OPTIONS = (
    ("video_gateway_url", "URL of a running fake to use instead of starting one for the session"),
    ("video_gateway_step", "seconds each poll adds to a job's life; 0 lets time run (default 30)"),
    ("video_gateway_egress", "'guard' keeps tests on loopback, 'allow' does not (default guard)"),
    (
        "video_gateway_sdk_warnings",
        "'ignore' silences the OpenAI SDK's DeprecationWarning for the videos API in tests that "
        "use the fixture, 'default' leaves it to the suite's own filters (default)",
    ),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what can be set in the configuration file."""
    for name, meaning in _OPTIONS:
        parser.addini(name, meaning, default="")
    parser.addini(
        "video_gateway_options",
        "options of gateway-mock for the session's server, e.g. --dialect openai",
        type="args",
    )
    parser.addini(
        "video_gateway_env",
        "more environment variables, NAME=VALUE; {base_url}, {url} and {api_key} are replaced",
        type="linelist",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", _MARKER)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Silence the SDK's warning in tests that use the fixture, if the configuration says so."""
    if not config.getini("video_gateway_sdk_warnings"):
        return
    from video_gateway_mock.pytest_plugin.options import sdk_warning_filter

    if rule := sdk_warning_filter(config):
        for item in _users(items):
            item.add_marker(pytest.mark.filterwarnings(rule))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the server while other tests run, if a collected test uses it."""
    users = [] if session.config.option.collectonly else _users(session.items)
    if users and not session.config.getini("video_gateway_url"):
        from video_gateway_mock.pytest_plugin.session_server import starts_early

        if starts_early(users[0]):
            _server(session.config).start({})


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the session's server."""
    if server := config.stash.get(_SERVER, None):
        server.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Show what the fake received in the report of a failed test."""
    report = yield
    gateway = getattr(item, "funcargs", {}).get(_FIXTURE)
    if gateway is not None and report.when == "call" and report.failed:
        from video_gateway_mock.pytest_plugin.failure import sections

        report.sections += sections(gateway, call)
    return report


@pytest.fixture(scope="session")
def video_gateway_options() -> "dict[str, Option]":
    """Options of ``gateway-mock`` for the session's server, by name; override in ``conftest.py``.

    For example ``{"dialect": "openai", "scenario": "instant"}``. They come after those of the
    configuration (``video_gateway_options``), and count where both name one.
    """
    return {}


@pytest.fixture(scope="session")
def video_gateway_settings() -> None:
    """Replaced by ``video_gateway_options``; an override of this fixture is refused."""


@pytest.fixture(scope="session")
def video_gateway_url(request: pytest.FixtureRequest) -> str:
    """The URL of the session's server, or of the one that the configuration names."""
    url: str = request.config.getini("video_gateway_url")
    if url:
        return url.rstrip("/").removesuffix("/v1")
    if request.getfixturevalue("video_gateway_settings") is not None:
        raise pytest.UsageError(
            "video_gateway_settings was replaced by video_gateway_options, a fixture that returns "
            "options of gateway-mock by name: {'scenario': 'instant'} instead of "
            "Settings(scenario='instant')"
        )
    server = _server(request.config)
    server.start(request.getfixturevalue("video_gateway_options"))
    return server.url


@pytest.fixture
def video_gateway(
    request: pytest.FixtureRequest, video_gateway_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator["Gateway"]:
    """A fake video gateway: with its own state, on the session's server.

    ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY`` point to it, proxies of the environment are bypassed
    for it, and each poll of a job moves time on.
    """
    from video_gateway_mock.pytest_plugin import options
    from video_gateway_mock.pytest_plugin.egress import loopback_only

    gateway = options.gateway_for(request.node.nodeid, video_gateway_url)
    for name, value in options.environment(request.config, gateway):
        monkeypatch.setenv(name, value)
    asked = options.asked(request.node.get_closest_marker(_FIXTURE))
    server = request.config.stash.get(_SERVER, None)
    with options.server_errors(server):
        if "scenario" in asked:
            gateway.scenario(asked["scenario"])
        if "dialect" in asked:
            gateway.dialect(asked["dialect"])
        if "requests" in asked:
            gateway.requests_mode(asked["requests"])
        if "budget" in asked:
            gateway.budget(asked["budget"])
    with ExitStack() as stack:
        if options.is_guarded(request.config, asked):
            stack.enter_context(loopback_only())
        yield gateway
    with options.server_errors(server):
        gateway.forget()


def _users(items: list[pytest.Item]) -> list[pytest.Item]:
    names = {_FIXTURE, "video_gateway_url"}
    return [item for item in items if names & set(getattr(item, "fixturenames", ()))]


def _server(config: pytest.Config) -> "SessionServer":
    from video_gateway_mock.pytest_plugin.session_server import SessionServer

    if _SERVER not in config.stash:
        config.stash[_SERVER] = SessionServer(config)
    return config.stash[_SERVER]
