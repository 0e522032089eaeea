"""Log lines: one a request, never a key, and never a line that a caller wrote."""

import json
import logging
import re
import socket
import sys

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.observability.access_log import JsonLines, TextLines, log_config
from tests.mock_server.transport.test_server import gateway_mock, interrupted, ready
from tests.mock_server.wire import PATIENCE_S, head, read_answer

SECRET = "sk-very-secret"
KEY = {"Authorization": f"Bearer {SECRET}"}


def record(message: str, **fields: object) -> logging.LogRecord:
    """A record with fields."""
    made = logging.LogRecord("mock_server.access", logging.INFO, "", 0, message, (), None)
    made.__dict__["fields"] = fields
    return made


def lines_of(*arguments: str) -> list[str]:
    """What a server writes to standard error about three requests."""
    with gateway_mock(*arguments) as process:
        url, _ = ready(process)
        with httpx.Client(trust_env=False, headers=KEY, base_url=url) as client:
            client.get("/v1/videos", headers={"Prefer": "fault=latency"})
            client.get("/v1/videos/x%0d%0ay%22z")
            client.get("/_mock/health")
        port = httpx.URL(url).port or 0
        with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as connection:
            connection.sendall(head("GET", "/" + "a" * 40_000, {}))
            assert read_answer(connection, "GET").status == 414
        status, _, complained = interrupted(process)
    assert status == 0
    assert SECRET not in complained
    return complained.splitlines()


def test_json_lines_have_each_request() -> None:
    """Id, tenant, operation, status, duration, fault and code; nothing of a probe."""
    late, unknown, refused = map(json.loads, lines_of("--log-format", "json"))

    assert (late["operation"], late["status"], late["fault"]) == ("listVideos", 200, "latency")
    assert late["duration_ms"] > unknown["duration_ms"]
    assert late["request_id"].startswith("req_")
    assert len(late["tenant"]) == 24
    assert (unknown["status"], unknown["code"]) == (404, "video_not_found")
    assert unknown["path"] == '/v1/videos/x\r\ny"z'
    assert unknown["tenant"] == late["tenant"]
    assert (refused["status"], refused["code"]) == (414, "url_too_long")


def test_text_lines_have_each_request() -> None:
    """The same for people, one line each whatever is in a path."""
    late, unknown, refused = lines_of("--log-format", "text")

    assert re.search(r" operation=listVideos status=200 duration_ms=\d+(\.\d+)? ", late)
    assert late.endswith(" fault=latency")
    assert r'path="/v1/videos/x\r\ny\"z" operation=retrieveVideo status=404' in unknown
    assert refused.endswith(" code=url_too_long")


def test_a_level_leaves_out_what_went_well() -> None:
    """From `warning` on, only requests that the server failed have a line."""
    assert lines_of("--log-format", "json", "--log-level", "warning") == []


@pytest.mark.parametrize("formatter", [TextLines(), JsonLines()])
@given(text=st.text(max_size=50))
def test_nothing_ends_a_line(formatter: logging.Formatter, text: str) -> None:
    """Message and values are one line of printable ASCII, whatever is in them."""
    line = formatter.format(record("%s" + text, path=text))

    assert line.isascii()
    assert line.isprintable()


@pytest.mark.parametrize("formatter", [TextLines(), JsonLines()])
def test_a_trace_begins_no_line(formatter: logging.Formatter) -> None:
    """A failure with line breaks in its text cannot pass for another record."""
    made = record("failed")
    try:
        raise ValueError("a\n2026-01-01 forged")
    except ValueError:
        made.exc_info = sys.exc_info()
    first, *others = formatter.format(made).splitlines()

    assert "failed" in first
    assert all(line.startswith("  ") for line in others)


def test_no_format_leaves_logging_alone() -> None:
    """When logs are off nothing is configured anew."""
    assert log_config("off", "info") is None
