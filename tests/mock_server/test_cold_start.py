"""Holds a start to what it needs: modules that nobody asked for are not loaded.

How long a start takes is measured elsewhere; what makes it slow is seen here.
"""

import gc
import subprocess
import sys
from importlib.metadata import version

import pytest
from click.testing import CliRunner

from mock_server.cli import main
from mock_server.running import running_gateway
from mock_server.transport import process

# What no command needs before it serves, lists or draws a table.
FRAMEWORK = ("asyncio", "connexion", "starlette", "uvicorn", "httpx", "jsonschema_rs")
DISPLAY = ("rich",)
FILES = ("yaml", "openapi.documents.located")
# What no server needs before it is asked for it, or reported to by its settings.
ON_DEMAND = (
    *("PIL", "openapi_spec_validator", "jsonpath", "prometheus_client"),
    *("sqlite3", "redis", "mock_server.stores.sqlite.store", "mock_server.stores.redis.store"),
    *(
        "mock_server.control.application",
        "mock_server.control.behaviour",
        "mock_server.transport.workers",
    ),
    *(
        "openapi.conflicts",
        "openapi.merging.merge",
        "openapi.merging",
        "openapi.building.contract_rules",
    ),
    *("openapi.documents.writing", "openapi.editions.documentation"),
)
_LOADED = "import sys; print([name for name in {names!r} if name in sys.modules])"
_SERVE = """
import http.client
from urllib.parse import urlsplit

from mock_server.app import build_server
from mock_server.running import serving
from mock_server.settings import Settings

with serving(build_server(Settings())) as url:
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    body = '{"model": "sora-2", "prompt": "A cat", "seconds": "4"}'
    headers = {"Authorization": "Bearer sk-any", "Content-Type": "application/json"}
    connection.request("POST", "/v1/videos", body, headers)
    assert connection.getresponse().status == 200
    connection.close()
"""


def loaded(script: str, names: tuple[str, ...]) -> str:
    """The last line of a script in a process of its own: which of the modules it loaded."""
    shown = subprocess.run(
        [sys.executable, "-c", script + _LOADED.format(names=names)],
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.splitlines()[-1]


def command(*arguments: str) -> str:
    """A script that runs ``gateway-mock`` and goes on when it has ended."""
    return f"""
from mock_server.cli.main import main
main({arguments!r}, standalone_mode=False)
"""


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("--help",), (*FRAMEWORK, *DISPLAY, *FILES)),
        (("--version",), (*FRAMEWORK, *DISPLAY, *FILES)),
        (("scenarios", "--format", "json"), (*FRAMEWORK, *DISPLAY)),
        (("scenarios",), FRAMEWORK),
        (("faults", "--format", "json"), DISPLAY),
    ],
)
def test_a_command_loads_what_it_needs(arguments: tuple[str, ...], names: tuple[str, ...]) -> None:
    """No command waits for the web framework, or for what another command draws with."""
    assert loaded(command(*arguments), names) == "[]"


def test_a_refused_option_waits_for_no_framework() -> None:
    """Invalid options are reported before anything is built."""
    script = """
from click.testing import CliRunner
from mock_server.cli.main import main
assert CliRunner().invoke(main, ["--speed", "0"]).exit_code == 2
"""
    assert loaded(script, ("connexion", "starlette", "uvicorn", *FILES)) == "[]"


def test_a_server_loads_what_a_request_needs() -> None:
    """After the first job: no renderer, no metrics, no control API, no store that is not used."""
    assert loaded(_SERVE, ON_DEMAND) == "[]"


def test_the_version_is_the_packages() -> None:
    """It is reported without the framework, and rightly."""
    printed = CliRunner().invoke(main.main, ["--version"]).output

    assert version("video-gateway-mock") in printed


def test_a_server_in_a_test_suite_leaves_the_collector_as_it_was() -> None:
    """What the suite made itself is searched for garbage as before, and nothing is frozen."""
    frozen, threshold = gc.get_freeze_count(), gc.get_threshold()
    with running_gateway() as gateway:
        gateway.forget()
        assert gc.isenabled()

    assert gc.get_threshold() == threshold
    # What another test froze may have ended since.
    assert gc.get_freeze_count() <= frozen


def test_the_collector_rests_while_a_server_is_made() -> None:
    """It goes on afterwards as it was, whatever happened."""
    assert gc.isenabled()
    with process.paused():
        assert not gc.isenabled()
        with process.paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(OSError, match="taken"), process.paused():
        raise OSError("taken")
    assert gc.isenabled()
