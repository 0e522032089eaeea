"""The pytest plugin: the fixture ``video_gateway``, its marker and its configuration.

Every pytest run of an environment with this package reads this module, so it imports nothing but
pytest and the standard library; everything else is loaded when a test needs it.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from video_gateway_mock.handle import Gateway
    from video_gateway_mock.pytest_plugin.drill import Verdict
    from video_gateway_mock.pytest_plugin.session_server import SessionServer
    from video_gateway_mock.server import Option

_FIXTURE = "video_gateway"
_CASE = "_video_gateway_case"
_SERVER = pytest.StashKey["SessionServer"]()
_MARKER = (
    "video_gateway(scenario=NAME, dialect=NAME, requests=MODE, budget=USD, egress=True, "
    "strict=True, drill=True): how the test's state begins; egress=True lets the test connect to "
    "other hosts, strict=True fails it if one of its faults was never used, drill=True (or names) "
    "runs it in each case of a drill"
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
    """Declare what can be set in the configuration file and on the command line."""
    parser.getgroup("video gateway").addoption(
        "--video-gateway-drill",
        action="store_true",
        help="run each test that uses the fixture in every case of a drill: who hangs, pays "
        "twice, keeps half a file, reports success for a failure",
    )
    parser.addini(
        "video_gateway_drill_seconds",
        "real seconds after which a test of a drill is interrupted (default 30)",
        default="30",
    )
    for name, meaning in _OPTIONS:
        parser.addini(name, meaning, default="")
    parser.addini(
        "video_gateway_strict_faults",
        "fail a test that sets a fault which is never used (default false)",
        type="bool",
        default=False,
    )
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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one item of each case of a drilled test."""
    if _CASE not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker(_FIXTURE)
    chosen = metafunc.config.getoption("video_gateway_drill") or (
        marker is not None and marker.kwargs.get("drill")
    )
    if chosen:
        from video_gateway_mock.pytest_plugin.drill import cases

        metafunc.parametrize(_CASE, cases(chosen), indirect=True)


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
def pytest_runtest_setup(item: pytest.Item) -> Any:
    """Interrupt a drilled test whose fixtures hang."""
    if not _case_of(item):
        return (yield)
    from video_gateway_mock.pytest_plugin.drill import interruptible

    with interruptible(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Fail a test that passed although a strict fault was never used; interrupt a drilled one."""
    __tracebackhide__ = True
    if _case_of(item):
        from video_gateway_mock.pytest_plugin.drill import interruptible

        with interruptible(item):
            return (yield)
    result = yield
    gateway: Gateway | None = getattr(item, "funcargs", {}).get(_FIXTURE)
    if gateway is not None:
        _require_used(gateway)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Show what the fake received in the report of a failed test."""
    report = yield
    if case := _case_of(item):
        from video_gateway_mock.pytest_plugin.drill import take

        take(item, report, case)
    gateway = getattr(item, "funcargs", {}).get(_FIXTURE)
    if gateway is not None and report.when == "call" and report.failed:
        from video_gateway_mock.pytest_plugin.failure import sections

        report.sections += sections(gateway, call)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let the run fail if a drill has found something."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.exitstatus == pytest.ExitCode.OK and any(
        not verdict.sound for verdict in _verdicts(reporter)
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what a drill has found."""
    if found := _verdicts(terminalreporter):
        from video_gateway_mock.pytest_plugin.drill import lines

        terminalreporter.section("video gateway drill")
        for line in lines(found):
            terminalreporter.write_line(line)


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
def _video_gateway_case(request: pytest.FixtureRequest) -> str:
    """The case of a drilled test; empty for others."""
    return getattr(request, "param", "")


@pytest.fixture
def video_gateway(
    request: pytest.FixtureRequest,
    video_gateway_url: str,
    _video_gateway_case: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator["Gateway"]:
    """A fake video gateway: with its own state, on the session's server.

    ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY`` point to it, proxies of the environment are bypassed
    for it, and each poll of a job moves time on.
    """
    from video_gateway_mock.pytest_plugin import options
    from video_gateway_mock.pytest_plugin.egress import loopback_only

    asked = options.asked(request.node.get_closest_marker(_FIXTURE))
    strict = options.is_strict(request.config, asked)
    gateway = options.gateway_for(request.node.nodeid, video_gateway_url, strict=strict)
    for name, value in options.environment(request.config, gateway):
        monkeypatch.setenv(name, value)
    server = request.config.stash.get(_SERVER, None)
    with options.server_errors(server):
        options.begin(gateway, asked)
    with ExitStack() as stack:
        if options.is_guarded(request.config, asked):
            stack.enter_context(loopback_only())
        if _video_gateway_case:
            from video_gateway_mock.pytest_plugin.drill import drilled

            limits = options.drill_limits(request.config)
            stack.enter_context(drilled(request.node, _video_gateway_case, gateway, limits))
        yield gateway
    with options.server_errors(server):
        gateway.forget()


def _require_used(gateway: "Gateway") -> None:
    """Fail the test if a strict fault was never used.

    Its report is one sentence, without the traceback of this plugin.
    """
    try:
        gateway.verify_faults()
    except AssertionError as error:
        unused = str(error)
    else:
        return
    pytest.fail(unused, pytrace=False)


def _case_of(item: pytest.Item) -> str:
    """The case of an item of a drilled test; empty for others."""
    callspec = getattr(item, "callspec", None)
    return "" if callspec is None else callspec.params.get(_CASE, "")


def _verdicts(reporter: Any) -> "Sequence[Verdict]":
    """The verdicts on the drilled tests of this process; only one that reports has any."""
    reports = () if reporter is None else chain.from_iterable(reporter.stats.values())
    drilled = [report for report in reports if hasattr(report, _FIXTURE)]
    if not drilled:
        return ()
    from video_gateway_mock.pytest_plugin.drill import rows, verdicts

    return verdicts(rows(drilled))


def _users(items: list[pytest.Item]) -> list[pytest.Item]:
    names = {_FIXTURE, "video_gateway_url"}
    return [item for item in items if names & set(getattr(item, "fixturenames", ()))]


def _server(config: pytest.Config) -> "SessionServer":
    from video_gateway_mock.pytest_plugin.session_server import SessionServer

    if _SERVER not in config.stash:
        config.stash[_SERVER] = SessionServer(config)
    return config.stash[_SERVER]
