"""Key files: one key a line, and a clear word where that is not so."""

from pathlib import Path

import pytest

from mock_server.cli.keys_file import KeysError, read_keys


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """A key file with that text."""
    path = folder / "keys.txt"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("one\ntwo\n", {"one", "two"}),
        ("one", {"one"}),
        ("  one\t\r\n\r\n# two\n", {"one"}),
        ("one\none\n", {"one"}),
        ("sk-a:b/c=#d\n", {"sk-a:b/c=#d"}),
        ("\ufeffone\n", {"one"}),
        (" My API Key \ntwo\n", {"My API Key", "two"}),
    ],
)
def test_a_key_is_a_line(tmp_path: Path, text: str, keys: set[str]) -> None:
    """Blank lines, lines that start with # and blanks at the ends do not count."""
    assert read_keys(written(tmp_path, text)) == keys


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, text: str) -> None:
    """An empty list would lock everybody out; the message says how to fix it."""
    with pytest.raises(KeysError, match=r"keys\.txt: has no key; write one key per line"):
        read_keys(written(tmp_path, text))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("secret # of Ann", "' #' within a key looks like a comment"),
        ("secret\tkey", "the key has characters other than printable ASCII"),
        ("secret\x07", "the key has characters other than printable ASCII"),
        ("secrét", "the key has characters other than printable ASCII"),
    ],
)
def test_what_cannot_be_a_key_is_refused_with_its_line(
    tmp_path: Path, line: str, reason: str
) -> None:
    """The message names the line and the reason and does not show what stands there."""
    with pytest.raises(KeysError, match=rf"keys\.txt:3: {reason}") as refused:
        read_keys(written(tmp_path, f"one\n# two\n{line}\n"))

    assert "secr" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The message names option, file and reason."""
    with pytest.raises(KeysError, match=r"--keys-file .*keys\.txt: cannot be read: .*No such file"):
        read_keys(tmp_path / "keys.txt")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 cannot be keys."""
    with pytest.raises(KeysError, match="cannot be read"):
        read_keys(written(tmp_path, "café", "latin-1"))
