"""Holds `init` and `models`: a folder for another gateway, made from its pages in one step."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from openapi.catalogue.models import load_catalogue
from openapi.cli.main import main
from openapi.contract.document import load_contract
from tests.openapi.page_texts import markdown, write

PAGE = """\
openapi: 3.0.1
info: {title: '', version: 1.0.0}
paths:
  /v1/clips:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                model: {type: string, description: 'Supports clip-1, clip-2'}
                size: {type: string, description: '16:9 or 480p'}
                seconds: {type: integer, description: 'Supports 5, 10'}
              required: [model, style]
            example: {model: clip-1}
      responses:
        '200': {description: Fine}
"""


def run(*arguments: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, [*map(str, arguments)], env={"COLUMNS": "300"})


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A raw page of another gateway."""
    return write(tmp_path / "raw", markdown(PAGE))


def test_a_folder_gets_everything(tmp_path: Path, page: Path) -> None:
    """Pages, an overlay and models to edit, the contract, and the commands for both."""
    folder = tmp_path / "clips"
    result = run("init", folder, page)

    assert result.exit_code == 0, result.output
    assert sorted(each.name for each in folder.iterdir()) == [
        *("documented", "gateway.yaml", "models.yaml", "overlay.yaml")
    ]
    assert f"gateway-mock --contract {folder}/gateway.yaml" in result.output
    assert list(load_contract(folder / "gateway.yaml")["paths"]) == ["/v1/clips"]


def test_what_no_page_lists_stays_open(tmp_path: Path) -> None:
    """Sizes and lengths that a page does not list are not closed by the row of its model."""
    texts = PAGE.replace(", description: '16:9 or 480p'", "").replace("Supports 5, 10", "Length")
    result = run("init", tmp_path / "clips", write(tmp_path / "raw", markdown(texts)))

    assert result.exit_code == 0, result.output
    schemas = load_contract(tmp_path / "clips" / "gateway.yaml")["components"]["schemas"]
    (fields,) = (each["properties"] for each in schemas.values() if "x-variant" in each)
    assert fields["model"]["enum"] == ["clip-1", "clip-2"]
    assert [name for name in ("size", "seconds") if "enum" in fields[name]] == []


def test_the_command_that_is_printed_builds_the_same_contract(tmp_path: Path, page: Path) -> None:
    """What a user runs after a change gives the file that is there, when nothing changed."""
    folder = tmp_path / "clips"
    output = run("init", folder, page).output
    before = (folder / "gateway.yaml").read_bytes()
    (line,) = (line for line in output.splitlines() if line.startswith("  gateway-spec build"))

    assert run(*line.split()[1:]).exit_code == 0
    assert (folder / "gateway.yaml").read_bytes() == before


def test_each_model_has_a_row_to_fill_in(tmp_path: Path, page: Path) -> None:
    """Its sizes and lengths are the page's, its price is unknown, and the file can be loaded."""
    run("init", tmp_path / "clips", page)
    rows = load_catalogue(tmp_path / "clips" / "models.yaml").models

    assert set(rows) == {"clip-1", "clip-2"}
    assert (rows["clip-1"].sizes, rows["clip-1"].seconds) == (("16:9", "480p"), (5, 10))
    assert rows["clip-1"].price.usd is None


def test_nothing_is_half_made(tmp_path: Path, page: Path) -> None:
    """A page that cannot be used, or a folder with something in it, leaves everything as it was."""
    broken = write(tmp_path / "raw", "# Nothing\n", "broken.md")
    held = tmp_path / "held"
    held.mkdir()
    (held / "mine.txt").write_text("mine")

    assert run("init", tmp_path / "clips", page, broken).exit_code == 1
    assert "not an empty folder" in run("init", held, page).output
    assert "make that one first" in run("init", tmp_path / "a" / "b", page).output
    assert {each.name for each in tmp_path.iterdir()} == {"held", "raw"}
    assert [each.name for each in held.iterdir()] == ["mine.txt"]


def test_models_without_a_row_are_listed(tmp_path: Path, page: Path) -> None:
    """By name, or as rows to paste; nothing is listed where every model has one."""
    folder = tmp_path / "clips"
    run("init", folder, page)

    assert run("models").output == "Every model has a row.\n"
    listed = run("models", "--contract", folder / "gateway.yaml")
    assert listed.output == "clip-1\nclip-2\n"
    rows = run("models", "--contract", folder / "gateway.yaml", "--skeleton").output
    assert rows == (folder / "models.yaml").read_text()


def test_sizes_of_a_class_are_read_as_in_requests(tmp_path: Path) -> None:
    """A row has the pixels in which the fake makes the video: 4K is not the usual size."""
    page = write(tmp_path / "raw", markdown(PAGE.replace("480p", "4K")))
    run("init", tmp_path / "clips", page)
    size = load_catalogue(tmp_path / "clips" / "models.yaml").sizes["4K"]

    assert (size.width, size.height) == (3840, 2160)


def test_an_error_names_the_page_that_was_given(tmp_path: Path) -> None:
    """The folder in which the page is tried does not exist any more when the error is read."""
    # Both would have a request of one name.
    raw = [write(tmp_path / "raw", markdown(PAGE), name) for name in ("clip1-2.md", "clip-12.md")]
    result = run("init", tmp_path / "clips", *raw)

    assert result.exit_code == 1
    assert all(str(each) in result.output for each in raw)
    assert f"{tmp_path}/." not in result.output
