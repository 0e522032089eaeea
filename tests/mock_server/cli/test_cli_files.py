"""``gateway-mock`` refuses files that it cannot serve, and says where and why."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import openapi
from mock_server.cli import main


def gateway_mock(*arguments: str) -> Result:
    """What the command does with these arguments; it does not come to serving."""
    return CliRunner().invoke(main.main, arguments)


BAD_FILES = (
    ("--contract", None, "No such file"),
    ("--contract", "- a list", "OpenAPI"),
    ("--contract", "just text", "OpenAPI"),
    ("--contract", "openapi: 3.0.3", "paths"),
    ("--contract", "openapi: 3.1.0\npaths: {}", "OpenAPI 3.0"),
    ("--contract", "a: 1\na: 2", ":2:"),
    ("--models", None, "No such file"),
    ("--models", "- a list", "models"),
    ("--models", "models: {m: {family: sora}}", ":1:"),
    ("--contract", "openapi: 3.0.3\npaths: {/v1/a: {get: {responses: {}}}}", "operationId"),
)


@pytest.mark.parametrize(("option", "text", "reason"), BAD_FILES)
def test_an_unusable_file_is_explained(
    tmp_path: Path, option: str, text: str | None, reason: str
) -> None:
    """The message names file, line and reason; never a trace."""
    path = tmp_path / "given.yaml"
    if text is not None:
        path.write_text(text)
    result = gateway_mock(option, str(path), "--port", "0")

    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert str(path) in result.output
    assert reason in result.output


def test_a_contract_without_names_is_explained(tmp_path: Path) -> None:
    """An operation without an id is named with its line, and what reads such documents."""
    path = tmp_path / "sister.yaml"
    text = openapi.CONTRACT.read_text(encoding="utf-8")
    path.write_text(text.replace("operationId: listModels", "x-was: listModels"))
    result = gateway_mock("--contract", str(path), "--port", "0")

    assert result.exit_code == 1
    assert "GET /v1/models has no operationId" in result.output
    assert "--pages" in result.output


@pytest.mark.parametrize("name", ["latency", "429"])
def test_a_word_means_one_thing(tmp_path: Path, name: str) -> None:
    """A scenario that has the name of a fault or a status is refused before anybody can ask."""
    path = tmp_path / "mine.yaml"
    path.write_text(f"'{name}': {{summary: Mine.}}")
    result = gateway_mock("--scenarios", str(path), "--port", "0")

    assert result.exit_code == 1
    assert f"the scenario '{name}' has the name of a fault or a status" in result.output
