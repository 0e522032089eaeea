"""Short lines of requests for a person at a terminal."""

import io

from click.testing import CliRunner
from rich.console import Console

from mock_server.cli.main import main
from mock_server.http.exchange import Exchange, Struck
from mock_server.observability.request_lines import RequestLines
from openapi.dialects import DEFAULT
from openapi.dialects.loading import load_dialects


def line(path: str = "/v1/videos", status: int = 200, message: str | None = None) -> str:
    """What is printed about an exchange, without its time."""
    exchange = Exchange({"method": "GET", "path": path, "headers": []}, load_dialects()[DEFAULT])
    exchange.status, exchange.error_message = status, message
    exchange.faults = (Struck("latency", None),) if status == 0 else ()
    written = io.StringIO()
    RequestLines(Console(file=written, width=40, markup=False, highlight=False))(exchange)
    return written.getvalue().partition("  ")[2]


def test_a_line_says_what_was_requested_and_what_came_of_it() -> None:
    """Method, path and status stand in one line, however narrow the terminal is."""
    assert line("/v1/videos/video_0123456789abcdef0123456789abcdef") == (
        "GET /v1/videos/video_0123456789abcdef0123456789abcdef  200\n"
    )


def test_a_refused_request_shows_the_reason() -> None:
    """The message names the page and line that the rule is from."""
    assert line(status=400, message="'prompt' is missing (sora-image:16)") == (
        "GET /v1/videos  400  'prompt' is missing (sora-image:16)\n"
    )


def test_a_dropped_connection_and_its_fault_are_named() -> None:
    """Without a response there is no status to show."""
    assert line(status=0) == "GET /v1/videos  no response  fault latency\n"


def test_what_a_client_sends_cannot_control_the_terminal() -> None:
    """Escape sequences and line ends are shown escaped, and long texts are cut off."""
    shown = line("/\x1b[2J\r\n" + "a" * 500, 404, "[red]\x07" + "b" * 900)

    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert shown.count("\n") == 1
    assert "[red]" in shown
    assert len(shown) < 600


def test_quiet_excludes_another_format() -> None:
    """Two wishes that contradict each other are refused, with the remedy."""
    found = CliRunner().invoke(main, ["--quiet", "--log-format", "json"])

    assert found.exit_code == 2
    assert "--quiet and --log-format json exclude each other: give one." in found.output
