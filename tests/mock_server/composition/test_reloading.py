"""A server follows the files it was started with."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

import openapi
from mock_server.app import build_server
from mock_server.cli.keys_file import read_keys
from mock_server.composition.reloading import ReloadingApplication, reloading
from mock_server.settings import Settings
from tests.mock_server.samples import SORA
from tests.mock_server.transport.test_server import gateway_mock, interrupted
from tests.mock_server.wire import PATIENCE_S

ADMIN = "admin-token"
MINE = "mine: {summary: Mine., steps: [{stage: queued, seconds: 5}]}\n"
CHANGED = "mine: {summary: Changed., steps: [{stage: queued, seconds: 500}]}\n"


class Notified:
    """A server whose files a test changes, with a notification of each change."""

    def __init__(self, settings: Settings, *files: Path) -> None:
        self._lines: Queue[str] = Queue()
        self._changes: asyncio.Queue[None] = asyncio.Queue()
        application = ReloadingApplication(
            *(build_server(settings), settings, files, self._lines.put), watch=self._watch
        )
        self.client = TestClient(application, base_url="http://127.0.0.1")

    async def _watch(self, _folders: Collection[Path]) -> AsyncIterator[None]:
        while True:
            await self._changes.get()
            yield

    def write(self, file: Path, text: str) -> str:
        """Change a file; returns what the server reports."""
        file.write_text(text)
        assert self.client.portal is not None
        self.client.portal.call(self._changes.put, None)
        return self._lines.get(timeout=PATIENCE_S)

    def ask(self, method: str, path: str, json: Any = None, key: str = "sk-ann") -> Any:
        """The body of an answer."""
        headers = {"Authorization": f"Bearer {key}"}
        return self.client.request(method, path, json=json, headers=headers).json()

    def scenarios(self) -> dict[str, str]:
        """The scenarios of the server."""
        known: dict[str, str] = self.ask("GET", "/_mock/scenarios")["scenarios"]
        return known

    def error(self) -> str | None:
        """Why a change is not in use."""
        error: str | None = self.ask("GET", "/_mock/server", key=ADMIN)["reload_error"]
        return error


@contextmanager
def notified(settings: Settings, *files: Path) -> Iterator[Notified]:
    """A server in this process, started and ended."""
    server = Notified(settings, *files)
    with server.client:
        yield server


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with one scenario."""
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    return path


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_a_changed_scenario_is_for_new_jobs(file: Path, store: str) -> None:
    """A job keeps the plan that it was created with; the key keeps its scenario by name."""
    address = "memory" if store == "memory" else f"sqlite:///{file.parent / 'jobs.db'}"
    with notified(Settings(scenarios=(file,), store=address), file) as server:
        server.ask("PUT", "/_mock/scenario", {"scenario": "mine"})
        server.ask("POST", "/_mock/clock", {"mode": "frozen"})
        before = server.ask("POST", "/v1/videos", SORA)
        assert server.write(file, CHANGED) == f"{file} changed and was loaded"
        after = server.ask("POST", "/v1/videos", SORA)
        server.ask("POST", "/_mock/clock/advance", {"seconds": 10})
        statuses = [server.ask("GET", f"/v1/videos/{each['id']}") for each in (before, after)]

        assert [each["status"] for each in statuses] == ["completed", "queued"]
        assert server.scenarios()["mine"] == "Changed."


def test_a_wrong_file_leaves_everything_as_it_was(file: Path) -> None:
    """The report and the control API say why; a corrected file is loaded."""
    settings = Settings(scenarios=(file,), admin_token=ADMIN)
    with notified(settings, file) as server:
        line = server.write(file, "mine: {steps: []}\n")

        assert "changed, but is not used; the server goes on as before" in line
        assert f"{file}:1" in line
        assert "'mine' has no summary" in (server.error() or "")
        assert server.scenarios()["mine"] == "Mine."
        server.write(file, CHANGED)
        assert server.error() is None
        assert server.scenarios()["mine"] == "Changed."


def test_what_a_key_uses_cannot_be_taken_away(file: Path) -> None:
    """A file without the scenario of a key is not loaded, and the report names the key's tenant."""
    with notified(Settings(scenarios=(file,)), file) as server:
        tenant = server.ask("PUT", "/_mock/scenario", {"scenario": "mine"})["tenant"]

        assert f"the key of the tenant {tenant} uses what is no longer there" in server.write(
            file, "other: {summary: Another.}\n"
        )
        assert server.ask("POST", "/v1/videos", SORA)["status"] == "queued"


def test_a_scenario_for_all_keys_stays(file: Path) -> None:
    """What was set for all keys holds for those that come after a change, too."""
    settings = Settings(scenarios=(file,), admin_token=ADMIN)
    with notified(settings, file) as server:
        server.ask("PUT", "/_mock/server/scenario", {"scenario": "mine"}, key=ADMIN)
        server.write(file, CHANGED)

        assert server.ask("GET", "/_mock/world", key="sk-new")["scenario"] == {"mine": 1}


def test_keys_are_read_again(tmp_path: Path) -> None:
    """A new line in the file of keys lets another key in, and a deleted one shuts it out."""
    file = tmp_path / "keys.txt"
    file.write_text("sk-ann\n")
    with notified(Settings(keys=read_keys(file), keys_file=file), file) as server:
        server.write(file, "sk-bob\n")
        denied, allowed = (server.ask("GET", "/v1/videos", key=key) for key in ("sk-ann", "sk-bob"))

        assert denied["error"]["type"] == "authentication_error"
        assert allowed["data"] == []


def test_a_changed_contract_is_served(tmp_path: Path) -> None:
    """The contract that a file now has is published and checked."""
    file = tmp_path / "gateway.yaml"
    text = openapi.CONTRACT.read_text(encoding="utf-8")
    file.write_text(text)
    with notified(Settings(contract=file), file) as server:
        server.write(file, text.replace("title: Video gateway", "title: Another gateway", 1))

        assert "title: Another gateway" in server.client.get("/openapi.yaml").text


def test_a_touched_file_changes_nothing(file: Path) -> None:
    """Only another content counts: the next report is about that."""
    with notified(Settings(scenarios=(file,)), file) as server:
        assert server.client.portal is not None
        server.client.portal.call(server._changes.put, None)

        assert server.write(file, CHANGED) == f"{file} changed and was loaded"


def test_the_files_of_the_package_are_not_followed() -> None:
    """A server without files of its own is the application itself."""
    server = build_server(Settings())

    assert reloading(server, Settings(), print) is server.application


def test_the_command_and_an_open_page_follow_a_file(file: Path) -> None:
    """A file that is replaced by another, as editors do, is loaded; the end is as ever.

    The page's event stream ends, so that the page goes on with what was loaded; a file that is not
    used is reported to the terminal and on the page.
    """
    with gateway_mock("--scenarios", str(file), "--admin-token", ADMIN) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().rpartition("workbench: ")[2].strip()
        with httpx.Client(base_url=address.partition("?")[0], timeout=PATIENCE_S) as browser:
            browser.get(address, headers={"Accept": "text/html"})
            with events(browser) as lines:
                first = next(lines)
                replace(file, CHANGED)
                loaded = process.stderr.readline()
                after = list(islice(lines, 4))
            with events(browser) as lines:
                again = next(lines)
                replace(file, "mine: {steps: []}\n")
                refused = process.stderr.readline()
                changed = next(lines)
            part = browser.get("/_mock/workbench/part/keys").text
        status, _, complained = interrupted(process)

    assert loaded == f"{file} changed and was loaded\n"
    assert (after, again, changed != first) == ([], first, True)
    assert "changed, but is not used; the server goes on as before" in refused
    assert f"<p>{file}:1: " in part
    assert (status, complained) == (0, "")


@contextmanager
def events(browser: httpx.Client) -> Iterator[Iterator[str]]:
    """The lines of an event stream that have text; a stream without news sends a colon."""
    with browser.stream("GET", "/_mock/workbench/events?parts=keys") as stream:
        yield filter(lambda line: line and not line.startswith("retry"), stream.iter_lines())


def replace(file: Path, text: str) -> None:
    """Put another file in the place of one."""
    other = file.with_name("other.yaml")
    other.write_text(text)
    other.replace(file)
