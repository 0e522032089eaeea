"""Every command with wrong, missing and half-right input: the true reason, and a way out."""

from collections.abc import Mapping
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from contract_tests.cli.main import main as gateway_contract
from mock_server.cli.main import main as gateway_mock
from openapi.cli.main import main as gateway_spec
from openapi.documents.text import FILE_LIMIT

NO_NUMBER = "is not in the range 0<x"
Half = tuple[click.Command, tuple[str, ...], str]
FILES: Mapping[str, tuple[bytes | None, tuple[str, ...]]] = {
    "missing": (None, ("No such file",)),
    "empty": (b"", ("is empty", "has no key", "no fenced block", "give a list")),
    "binary": (b"a: 1\n\0\1\2", ("it is not text: byte 5 is zero", "no fenced block")),
    "utf-16": ("a: 1\n".encode("utf-16"), ("it is not UTF-8 text but UTF-16",)),
    "latin-1": (b"# a\ncaf\xe9: 1\n", ("byte 7 is not UTF-8",)),
}
COMMANDS: Mapping[str, tuple[click.Command, tuple[str, ...]]] = {
    "--contract": (gateway_mock, ("--port", "0", "--contract")),
    "--models": (gateway_mock, ("--port", "0", "--models")),
    "--scenarios": (gateway_mock, ("--port", "0", "--scenarios")),
    "--dialects": (gateway_mock, ("--port", "0", "--dialects")),
    "--keys-file": (gateway_mock, ("--port", "0", "--keys-file")),
    "import": (gateway_spec, ("import",)),
    "--remarks": (gateway_spec, ("conflicts", "--remarks")),
    "operations": (gateway_spec, ("operations", "--contract")),
    "run --contract": (gateway_contract, ("run", "--contract")),
    "run --models": (gateway_contract, ("run", "--models")),
    "run --dialects": (gateway_contract, ("run", "--dialects")),
    "--known-deviations": (gateway_contract, ("run", "--known-deviations")),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_file_that_cannot_be_read_is_reported_with_its_cause(
    tmp_path: Path,
    command: tuple[click.Command, tuple[str, ...]],
    content: tuple[bytes | None, tuple[str, ...]],
) -> None:
    """The file and the reason are named, and nothing is blamed on a line of YAML."""
    path = tmp_path / "given.yaml"
    held, reasons = content
    if held is not None:
        path.write_bytes(held)
    program, arguments = command
    result = CliRunner().invoke(program, [*arguments, str(path)])

    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (1, 2)
    assert str(path) in result.output
    assert any(reason in result.output for reason in reasons)
    assert "not readable as YAML" not in result.output


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_folder_is_no_file(
    tmp_path: Path, command: tuple[click.Command, tuple[str, ...]]
) -> None:
    """Where a file is wanted, a folder is called one."""
    program, arguments = command
    result = CliRunner().invoke(program, [*arguments, str(tmp_path)])

    assert result.exit_code in (1, 2)
    assert "is a directory" in result.output or "it is a folder" in result.output


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_file_that_never_ends_is_given_up(
    tmp_path: Path, command: tuple[click.Command, tuple[str, ...]]
) -> None:
    """More than any such file has is not read."""
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(FILE_LIMIT + 1)
    program, arguments = command
    result = CliRunner().invoke(program, [*arguments, str(path)])

    assert result.exit_code in (1, 2)
    assert "it is too large: at most" in result.output


HALF_RIGHT: Mapping[str, Half] = {
    "every address": (gateway_mock, ("--host", "", "--keys-file", "keys"), "--host is empty"),
    "another's address": (
        gateway_mock,
        ("--host", "192.0.2.1", "--port", "0", "--keys-file", "keys"),
        "--host must be an address of this machine",
    ),
    "no field": (gateway_mock, ("--redact", ""), "--redact needs the name"),
    "an interval of nothing": (gateway_mock, ("--snapshot-every", "5"), "give --snapshot FILE"),
    "a folder unasked": (gateway_spec, ("build", "--out", "new/o.yaml"), "there is no folder new"),
    "a folder as a file": (gateway_spec, ("build", "--out", "folder"), "name a file in it"),
    "no folder": (gateway_spec, ("conflicts", "--documented", "new"), "there is no such folder"),
    "no time": (gateway_contract, ("run", "--plan", "--timeout", "0"), NO_NUMBER),
    "time that is none": (
        gateway_contract,
        ("run", "--plan", "--timeout", "nan"),
        NO_NUMBER,
    ),
    "time backwards": (
        gateway_contract,
        ("run", "--plan", "--longest-job", "-1"),
        NO_NUMBER,
    ),
    "endless rate": (
        gateway_contract,
        ("run", "--plan", "--rate", "inf"),
        NO_NUMBER,
    ),
    "a ledger's folder": (
        gateway_contract,
        ("run", "--plan", "--ledger", "new/ledger"),
        "there is no folder",
    ),
    "a broken list": (gateway_contract, ("run", "--known-deviations", "broken"), "broken:2: "),
}


@pytest.mark.parametrize("half", HALF_RIGHT.values(), ids=HALF_RIGHT)
def test_half_right_input_is_refused_with_what_is_wrong(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    half: Half,
) -> None:
    """The option and the way out are named, and no folder is made."""
    monkeypatch.chdir(tmp_path)
    program, arguments, reason = half
    (tmp_path / "folder").mkdir()
    (tmp_path / "keys").write_text("sk-a")
    (tmp_path / "broken").write_text("a: [\n")
    result = CliRunner().invoke(program, arguments)

    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (1, 2)
    assert reason in result.output
    assert {each.name for each in tmp_path.iterdir()} == {"folder", "keys", "broken"}
