"""A test that uses the fixture stays on this machine, and one that does not fails."""

from tests.video_gateway_mock.conftest import Run

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


def test_a_connection_that_leaves_fails_the_test_and_is_named(run: Run) -> None:
    """Even where the client swallows the refusal, the test fails with host and port."""
    result = run(
        PLACES
        + """
def test_address(video_gateway):
    reach()

def test_name(video_gateway):
    with pytest.raises(OSError):
        socket.create_connection(("api.example.com", 443))
"""
    )

    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(["*the test tried to reach 203.0.113.7:443;*"])
    result.stdout.fnmatch_lines(["*the test tried to reach api.example.com;*"])


def test_the_official_client_is_kept_in_too(run: Run) -> None:
    """A client that was built with another address does not reach it."""
    result = run("""
def test_client(video_gateway):
    client = OpenAI(base_url="https://api.example.com/v1", max_retries=0)
    with pytest.raises(Exception):
        client.videos.list()
""")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*the test tried to reach api.example.com*"])


def test_loopback_and_unix_sockets_are_left_alone(run: Run) -> None:
    """What stays on this machine is nobody's business."""
    result = run("""
import socket

def test_loopback(video_gateway):
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1])).close()
    one, other = socket.socketpair()
    one.close(), other.close()
""")

    result.assert_outcomes(passed=1)


def test_the_guard_ends_with_its_test(run: Run) -> None:
    """What sockets did before the test, they do after it."""
    result = run("""
import socket

BEFORE = socket.socket.connect, socket.getaddrinfo

def test_with(video_gateway):
    assert (socket.socket.connect, socket.getaddrinfo) != BEFORE

def test_without():
    assert (socket.socket.connect, socket.getaddrinfo) == BEFORE
""")

    result.assert_outcomes(passed=2)


def test_the_guard_can_be_left_out(run: Run) -> None:
    """By the marker for one test, by the configuration for all."""
    text = (
        PLACES
        + """
@pytest.mark.video_gateway(egress=True)
def test_marked(video_gateway):
    assert "_Guard" not in socket.socket.connect.__qualname__

def test_plain(video_gateway):
    kept = "_Guard" in socket.socket.connect.__qualname__
    print("guarded" if kept else "free")
"""
    )

    guarded, free = run(text, "-s"), run(text, "-s", ini="video_gateway_egress = allow")

    guarded.stdout.fnmatch_lines(["*guarded*"])
    free.stdout.fnmatch_lines(["*free*"])
    guarded.assert_outcomes(passed=2)
    free.assert_outcomes(passed=2)


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
