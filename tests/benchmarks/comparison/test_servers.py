"""A server of a run answers, reports its memory, and is gone with all it started."""

import socket
import sys
from collections.abc import Sequence
from dataclasses import replace

import psutil
import pytest

from benchmarks.abilities import Ability, abilities
from benchmarks.peers.fake import FAKE
from benchmarks.peers.peer import Place, missing
from benchmarks.servers import StartError, running

_PATIENCE_S = 30
# Starts a child that would live on with an open connection, and ends.
_PARENT = """
import socket, subprocess, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
wait = "import threading; threading.Event().wait()"
subprocess.Popen([sys.executable, "-c", wait], pass_fds=[line.fileno()])
sys.exit("out of luck")
"""


def _is_gone(number: int) -> bool:
    try:
        return psutil.Process(number).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_the_fake_runs_for_as_long_as_it_is_measured() -> None:
    """It has answered when the block begins, does all that is asked about, and ends with it."""
    with running(FAKE) as server:
        number = server.process.pid
        assert abilities(server.url) == frozenset(Ability)
        assert server.started_s > 0
        assert server.memory_mb > 1

    assert _is_gone(number)


def test_nothing_that_a_server_started_lives_on() -> None:
    """A server that ends too early is an error with its words, and its children end too."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def command(_place: Place) -> Sequence[str]:
            return sys.executable, "-c", _PARENT, str(listener.getsockname()[1])

        with (
            pytest.raises(StartError, match="ended with status 1: out of luck"),
            running(replace(FAKE, command=command)),
        ):
            pass
        line, _ = listener.accept()
        with line:
            line.settimeout(_PATIENCE_S)
            # The other end is closed when the last process that holds it is gone.
            assert line.recv(1) == b""


def test_a_missing_program_is_reported_with_its_package() -> None:
    """Who cannot be run is left out with the program and the Debian package that has it."""
    needs = {"no-such-java": "default-jre-headless", "no-such-node": "nodejs"}

    assert missing(replace(FAKE, needs=needs)) == (
        "needs no-such-java and no-such-node (Debian: default-jre-headless nodejs)"
    )
    assert missing(FAKE) == ""


def test_a_missing_package_is_reported() -> None:
    """Who is not installed is left out with what installs it."""
    assert "make bench" in missing(replace(FAKE, package="no-such-package-of-npm"))
