"""Results are written whole, read again as they were, and the README shows the kept ones."""

from pathlib import Path

import pytest

from benchmarks.results.figures import PICTURE, RESULTS, as_json, read, write
from benchmarks.results.picture import picture
from tests.benchmarks.comparison import samples


def test_results_are_read_as_they_were_written() -> None:
    """Nothing is lost in JSON."""
    assert read(as_json(samples.RESULTS)) == samples.RESULTS


def test_a_file_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption while a file is written leaves the old one and nothing besides."""
    path = tmp_path / "results.json"
    write(path, "old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(path, "new")

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_kept_picture_is_of_the_kept_results() -> None:
    """The picture of the README shows what its tables say."""
    kept = read(RESULTS.read_text(encoding="utf-8"))

    assert PICTURE.read_text(encoding="utf-8") == picture(kept)
