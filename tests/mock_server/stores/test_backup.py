"""``gateway-mock backup``: a copy of a SQLite file that is whole, made while it is written."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_server.cli import main
from mock_server.stores.sqlite import SqliteStore
from tests.mock_server.facts import job


def backup(*arguments: object) -> Result:
    """What the command does."""
    return CliRunner().invoke(main.main, ["backup", *map(str, arguments)])


async def jobs_of(path: Path) -> list[str]:
    """The ids of the jobs in a file."""
    store = SqliteStore(path)
    page = await store.page("tenant", after=None, limit=99, newest_first=False)
    await store.close()
    return [each.id for each in page.jobs] if page else []


def test_a_copy_has_what_a_running_server_has_answered(tmp_path: Path) -> None:
    """What is committed and not yet in the file itself is in the copy, which is a store."""
    path, copy = tmp_path / "jobs.db", tmp_path / "copy.db"

    async def run() -> Result:
        store = SqliteStore(path)
        for number in range(9):
            await store.add(job(id=f"video_{number}"))
        result = await asyncio.to_thread(backup, f"sqlite:///{path}", copy)
        await store.add(job(id="later"))
        await store.close()
        return result

    result = asyncio.run(run())
    assert (result.exit_code, result.output) == (0, f"{copy}: written\n")
    assert asyncio.run(jobs_of(copy)) == [f"video_{number}" for number in range(9)]
    assert {each.name for each in tmp_path.iterdir()} == {"jobs.db", "copy.db"}


def test_a_failed_copy_is_reported(tmp_path: Path) -> None:
    """Each error names the reason, and nothing is left behind or overwritten."""
    path, copy, other = (tmp_path / name for name in ("jobs.db", "copy.db", "other.db"))
    asyncio.run(jobs_of(path))
    with closing(sqlite3.connect(other)) as file:
        file.execute("CREATE TABLE theirs (a)")
    (tmp_path / "notes.db").write_text("notes " * 1000)
    (tmp_path / "taken.db").write_text("mine")
    address = f"sqlite:///{path}"
    for source, target, reason in (
        (f"sqlite:///{tmp_path}/absent.db", copy, "no such file"),
        (f"sqlite:///{tmp_path}/notes.db", copy, "not a SQLite database"),
        (f"sqlite:///{other}", copy, "another program"),
        (address, tmp_path / "taken.db", "it exists already"),
        (address, path, "it exists already"),
        (address, tmp_path / "absent" / "copy.db", "does not exist"),
        (address, tmp_path, "is a directory"),
        ("redis://host", copy, "name a file: sqlite:///"),
        ("memory", copy, "name a file: sqlite:///"),
        (str(path), copy, "name a file: sqlite:///"),
    ):
        result = backup(source, target)
        assert result.exit_code in (1, 2), result.output
        assert reason in result.output
    names = {"jobs.db", "other.db", "notes.db", "taken.db"}
    assert {each.name for each in tmp_path.iterdir()} == names
    assert (tmp_path / "taken.db").read_text() == "mine"


@pytest.mark.parametrize("arguments", [(), ("sqlite:///jobs.db",)])
def test_both_places_are_needed(arguments: tuple[str, ...]) -> None:
    """Without them the command says what is missing."""
    result = backup(*arguments)

    assert (result.exit_code, "Missing argument" in result.output) == (2, True)
