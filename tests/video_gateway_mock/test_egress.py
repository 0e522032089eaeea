"""A test that uses the fixture stays on this machine, and one that does not fails."""

import pytest

from tests.video_gateway_mock.conftest import Run, Suite

# Addresses and a name that no network routes or resolves.
PLACES = """
import socket

ADDRESS = ("203.0.113.7", 443)

def reach():
    with socket.socket() as there:
        there.settimeout(0.01)
        try:
            there.connect(ADDRESS)
        except (OSError, RuntimeError, UserWarning):
            pass
"""


@pytest.mark.long
@pytest.mark.client_suite(
    PLACES
    + """
def test_address(video_gateway):
    reach()

def test_name(video_gateway):
    with pytest.raises(OSError):
        socket.create_connection(("api.example.com", 443))
"""
)
def test_a_connection_that_leaves_fails_the_test_and_is_named(suite: Suite) -> None:
    """Even where the client swallows the refusal, the test fails with host and port."""
    address, name = suite.errors

    assert (suite.tests, suite.failures) == (2, ())
    assert "the test tried to reach 203.0.113.7:443;" in address
    assert "the test tried to reach api.example.com;" in name


@pytest.mark.client_suite("""
def test_client(video_gateway):
    client = OpenAI(base_url="https://api.example.com/v1", max_retries=0)
    with pytest.raises(Exception):
        client.videos.list()
""")
def test_the_official_client_is_kept_in_too(suite: Suite) -> None:
    """A client that was built with another address does not reach it."""
    (error,) = suite.errors

    assert (suite.tests, suite.failures) == (1, ())
    assert "the test tried to reach api.example.com" in error


@pytest.mark.client_suite("""
import socket

def test_loopback(video_gateway):
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1])).close()
    one, other = socket.socketpair()
    one.close(), other.close()
""")
def test_loopback_and_unix_sockets_are_left_alone(suite: Suite) -> None:
    """What stays on this machine is nobody's business."""
    assert suite.passed == suite.tests == 1


@pytest.mark.client_suite("""
import socket

BEFORE = socket.socket.connect, socket.getaddrinfo

def test_with(video_gateway):
    assert (socket.socket.connect, socket.getaddrinfo) != BEFORE

def test_without():
    assert (socket.socket.connect, socket.getaddrinfo) == BEFORE
""")
def test_the_guard_ends_with_its_test(suite: Suite) -> None:
    """What sockets did before the test, they do after it."""
    assert suite.passed == suite.tests == 2


@pytest.mark.client_suite("""
import socket

@pytest.mark.video_gateway(egress=True)
def test_marked(video_gateway):
    assert "_Guard" not in socket.socket.connect.__qualname__

def test_plain(video_gateway):
    assert "_Guard" in socket.socket.connect.__qualname__
""")
def test_the_marker_leaves_the_guard_out(suite: Suite) -> None:
    """A marked test may reach other machines; a test without the mark may not."""
    assert suite.passed == suite.tests == 2


def test_the_configuration_leaves_the_guard_out(run: Run) -> None:
    """``video_gateway_egress = allow`` leaves it out of every test."""
    text = """
import socket

def test_plain(video_gateway):
    assert "_Guard" not in socket.socket.connect.__qualname__
"""

    run(text, ini="video_gateway_egress = allow").assert_outcomes(passed=1)


def test_without_the_guards_package_the_fixture_says_what_to_install(run: Run) -> None:
    """A project that did not install the extra gets a message how to."""
    result = run(
        """
import sys
sys.modules["pytest_socket"] = None

def test_it(video_gateway): pass
""",
        *("-p", "no:socket"),
    )

    result.stdout.fnmatch_lines(["*pip install 'video-gateway-mock?pytest?'*"])
