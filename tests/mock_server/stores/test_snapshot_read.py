"""What a snapshot is read as when it is not what this version wrote."""

import logging
from pathlib import Path

import pytest

from mock_server.journal import JournalLimits
from mock_server.stores import StoreError, open_store
from mock_server.stores.memory import SnapshotStore
from tests.mock_server.facts import job
from tests.mock_server.stores.tenant_suite import ENTRY
from tests.mock_server.stores.test_snapshot_file import jobs_in, using


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is."""
    return tmp_path / "state.json"


def test_lines_that_cannot_be_used_are_kept_until_they_are_reset(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of a later version is lost by a server that does not know it, and it is logged."""

    async def fill(store: SnapshotStore) -> None:
        await store.add(job())
        await store.note("ann", ENTRY, JournalLimits())

    using(path, fill)
    *lines, end = path.read_bytes().splitlines(keepends=True)
    strange = b'["dream","ann",{"of":"tomorrow"}]\n'
    end = end.replace(str(len(lines) - 1).encode(), str(len(lines)).encode())
    path.write_bytes(b"".join([*lines, strange, end]))
    with caplog.at_level(logging.WARNING):
        using(path)

    assert strange in path.read_bytes()
    assert "the state of ann cannot be used" in caplog.text

    using(path, lambda store: store.forget("ann"))
    assert b'"ann"' not in path.read_bytes()
    assert jobs_in(path) == [job().id]


@pytest.mark.parametrize("text", [b'["job"]', b"{}", b"[]", b'["job",7,{}]'])
def test_a_line_of_nobodys_is_refused_at_the_start(path: Path, text: bytes) -> None:
    """A line that names no tenant makes the whole file unusable, and it is not locked."""
    using(path, lambda store: store.add(job()))
    head, _, end = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([head, text, b"\n", end]))
    for _ in range(2):
        with pytest.raises(StoreError, match="line 2 cannot be used"):
            open_store("memory", snapshot=path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder of that name, a folder that is not there, and a link in a circle are refused."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for name in ("folder", "absent/state.json", "circle"):
        with pytest.raises(StoreError, match=f"--snapshot .*{name}: its folder must exist"):
            open_store("memory", snapshot=tmp_path / name)
