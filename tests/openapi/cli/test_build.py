"""Holds ``gateway-spec build``: what it writes, what it refuses, and how it says so."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import openapi
from openapi.cli.main import main
from tests.openapi.samples import create, text, write, write_page


def run(*arguments: object) -> Result:
    """Run the command; an error that is no exit is raised."""
    return CliRunner().invoke(main, ["build", *map(str, arguments)], catch_exceptions=False)


def alone(folder: Path, out: Path, *more: object) -> Result:
    """Build a folder of pages with nothing of this package."""
    return run("--documented", folder, "--no-overlay", "--no-models", "--out", out, *more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one documented page."""
    write_page(tmp_path / "pages", "clips", {"/v1/clips": {"post": create({"f": text("x")})}})
    return tmp_path / "pages"


def test_a_build_writes_the_contract(folder: Path, tmp_path: Path) -> None:
    """The file is written where it is asked for."""
    out = tmp_path / "clips.yaml"
    result = alone(folder, out)

    assert (result.exit_code, result.output) == (0, f"{out}: written\n")
    assert out.read_text(encoding="utf-8").startswith(
        "# Built by `gateway-spec build` from pages/.\n"
    )


def test_building_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """A build does not depend on what was there before."""
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    second.write_text("old", encoding="utf-8")
    alone(folder, first)
    alone(folder, second)

    assert first.read_bytes() == second.read_bytes()


def test_a_fresh_contract_passes_the_check_untouched(folder: Path, tmp_path: Path) -> None:
    """The check reads, and writes nothing."""
    out = tmp_path / "clips.yaml"
    alone(folder, out)
    before = out.stat()
    result = alone(folder, out, "--check")

    assert (result.exit_code, result.output) == (0, f"{out}: fresh\n")
    assert (out.stat().st_mtime_ns, out.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_stale_contract_fails_the_check_untouched(folder: Path, tmp_path: Path) -> None:
    """The check says so and leaves the file as it is."""
    out = tmp_path / "clips.yaml"
    out.write_text("old", encoding="utf-8")
    result = alone(folder, out, "--check")

    assert result.exit_code == 1
    assert "the contract is stale" in result.output
    assert out.read_text(encoding="utf-8") == "old"


def test_a_missing_contract_fails_the_check_and_stays_missing(folder: Path, tmp_path: Path) -> None:
    """The check creates neither the file nor its folder."""
    out = tmp_path / "new" / "clips.yaml"

    assert alone(folder, out, "--check").exit_code == 1
    assert not out.parent.exists()


def test_a_failing_build_leaves_the_old_file(folder: Path, tmp_path: Path) -> None:
    """What cannot be built replaces nothing and leaves nothing behind."""
    out = tmp_path / "out" / "clips.yaml"
    out.parent.mkdir()
    alone(folder, out)
    before = out.read_bytes()
    write_page(folder, "broken", {})
    result = alone(folder, out)

    assert result.exit_code == 1
    assert out.read_bytes() == before
    assert [file.name for file in out.parent.iterdir()] == ["clips.yaml"]


def test_our_own_contract_is_fresh() -> None:
    """Without an option the sources and the contract are this package's."""
    assert run("--check").exit_code == 0


@pytest.mark.parametrize("option", ["--no-overlay", "--no-models", "--skip-unmatched"])
def test_our_contract_is_not_overwritten_by_other_sources(option: str) -> None:
    """Other sources need a place of their own, which is a mistake of usage to forget."""
    before = openapi.CONTRACT.read_bytes()
    result = run(option)

    assert result.exit_code == 2
    assert "--out is needed" in result.output
    assert openapi.CONTRACT.read_bytes() == before


def test_other_pages_need_a_place_of_their_own(folder: Path) -> None:
    """Pages from elsewhere do not become this package's contract."""
    assert "--out is needed" in run("--documented", folder).output


def test_our_folder_by_another_spelling_is_ours(tmp_path: Path) -> None:
    """It is the folder that counts, not how it is written."""
    link = tmp_path / "link"
    link.symlink_to(openapi.DOCUMENTED)

    assert run("--documented", link, "--check").exit_code == 0


@pytest.mark.parametrize("option", ["--documented", "--overlay", "--models"])
def test_a_source_that_is_not_there_is_a_mistake_of_usage(tmp_path: Path, option: str) -> None:
    """The option is named and the exit code is that of a wrong call."""
    result = run(option, tmp_path / "nowhere", "--out", tmp_path / "o.yaml")

    assert result.exit_code == 2
    assert option in result.output
    assert "does not exist" in result.output


def test_a_file_is_no_folder_and_a_folder_no_file(folder: Path, tmp_path: Path) -> None:
    """What is given for the other kind is a mistake of usage."""
    page = folder / "clips.yaml"

    assert run("--documented", page, "--out", tmp_path / "o.yaml").exit_code == 2
    assert run("--overlay", folder, "--out", tmp_path / "o.yaml").exit_code == 2
    assert run("--models", folder, "--out", tmp_path / "o.yaml").exit_code == 2


# What a user may get wrong: the option, the file's text, its line, a word of the message.
BAD_FILES: dict[str, tuple[str, str, int, str]] = {
    "an overlay that is no YAML": ("--overlay", "a: [\n", 2, "not readable as YAML"),
    "an overlay that is empty": ("--overlay", "", 1, "the document is empty"),
    "an overlay that is a page": (
        "--overlay",
        "openapi: 3.0.1\n",
        1,
        "not an Overlay 1.0 document",
    ),
    "an overlay with a key twice": ("--overlay", "overlay: 1.0.0\noverlay: 1.0.0\n", 2, "twice"),
    "a catalogue that is no YAML": ("--models", "models:\n  a: {\n", 3, "not readable as YAML"),
    "a catalogue with a typo": ("--models", "modles: {}\n", 1, "'modles' is not known"),
}


@pytest.mark.parametrize("bad", BAD_FILES)
def test_a_bad_file_is_reported_by_name_and_line(folder: Path, tmp_path: Path, bad: str) -> None:
    """Each message says what, where and why and how to fix it; nothing is written."""
    option, content, line, why = BAD_FILES[bad]
    file = write(tmp_path / "given.yaml", content)
    out = tmp_path / "o.yaml"
    result = run("--documented", folder, option, file, "--out", out, "--skip-unmatched")

    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {file}:{line}: ")
    assert why in result.output
    assert result.output.endswith("\n")
    assert not out.exists()


def test_a_file_of_other_bytes_is_reported(folder: Path, tmp_path: Path) -> None:
    """A file that is no text is not read as if it were."""
    file = tmp_path / "given.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    result = run("--documented", folder, "--overlay", file, "--out", tmp_path / "o.yaml")

    assert result.exit_code == 1
    assert "not UTF-8" in result.output


def test_a_folder_without_pages_is_reported(tmp_path: Path) -> None:
    """The message says how a page comes into the folder."""
    (tmp_path / "empty").mkdir()
    result = alone(tmp_path / "empty", tmp_path / "o.yaml")

    assert result.exit_code == 1
    assert "holds no documented page" in result.output
    assert "gateway-spec import" in result.output


@pytest.mark.parametrize("place", ["", "clips.yaml/below.yaml"])
def test_a_place_that_cannot_be_written_is_reported(folder: Path, place: str) -> None:
    """A folder in the file's place and a file in the folder's place are refused."""
    result = alone(folder, folder / place)

    assert result.exit_code == 1
    assert "cannot write" in result.output
    assert [file.name for file in folder.iterdir()] == ["clips.yaml"]


def test_what_is_left_out_is_listed(folder: Path, tmp_path: Path) -> None:
    """With our overlay on other pages, each action that found nothing is reported with its line."""
    out = tmp_path / "o.yaml"
    result = run("--documented", folder, "--no-models", "--skip-unmatched", "--out", out)
    left_out = [line for line in result.output.splitlines() if "left out" in line]

    assert result.exit_code == 0, result.output
    assert all(line.startswith(f"{openapi.OVERLAY}:") for line in left_out)
    assert any("$.paths['/v1/videos'].post" in line for line in left_out)
    assert result.output.endswith(f"{out}: written\n")


def test_our_overlay_completes_other_pages_where_it_can(folder: Path, tmp_path: Path) -> None:
    """It is written for our pages: on others it leaves out what it finds no place for."""
    out = tmp_path / "o.yaml"
    result = run("--documented", folder, "--no-models", "--out", out)

    assert result.exit_code == 0, result.output
    assert "left out, matches nothing" in result.output
    assert out.exists()


def test_an_overlay_of_ones_own_is_refused_by_name(folder: Path, tmp_path: Path) -> None:
    """Without --skip-unmatched the first action without its target is an error with a remedy."""
    own = tmp_path / "own.yaml"
    own.write_text(openapi.OVERLAY.read_text(encoding="utf-8"), encoding="utf-8")
    arguments = ("--overlay", own, "--no-models", "--out", tmp_path / "o.yaml")
    result = run("--documented", folder, *arguments)

    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {own}:")
    assert "matches nothing" in result.output
    assert "--skip-unmatched" in result.output


def test_help_does_not_wait_for_the_build() -> None:
    """What only a build needs is not imported by a command line that asks for help."""
    heavy = ("openapi_spec_validator", "requests", "pydantic", "jsonpath", "openapi.building.build")
    code = (
        f"import sys, openapi.cli.main; print([name for name in {heavy!r} if name in sys.modules])"
    )
    found: Any = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, cwd=openapi.FOLDER.parent
    )

    assert found.stdout.decode().strip() == "[]"


def test_the_clients_edition_is_printed_or_written(folder: Path, tmp_path: Path) -> None:
    """It goes to the standard output, or to the file that is asked for; both are the same."""
    sources = ("--documented", folder, "--no-overlay", "--no-models", "--for-clients")
    out = tmp_path / "clients.yaml"
    printed, written = run(*sources), run(*sources, "--out", out)

    assert (printed.exit_code, written.output) == (0, f"{out}: written\n")
    assert out.read_text(encoding="utf-8") == printed.output
    assert "x-edition: clients" in printed.output


def test_the_clients_edition_is_checked_as_the_contract_is(folder: Path, tmp_path: Path) -> None:
    """A fresh file passes, a changed one is stale, and without a file there is nothing to check."""
    out = tmp_path / "clients.yaml"
    sources = ("--documented", folder, "--no-overlay", "--no-models", "--for-clients", "--check")
    run(*sources[:-1], "--out", out)
    fresh = run(*sources, "--out", out)
    out.write_text("old", encoding="utf-8")
    stale, nameless = run(*sources, "--out", out), run(*sources)

    assert (fresh.exit_code, stale.exit_code, nameless.exit_code) == (0, 1, 2)
    assert "--out is needed" in nameless.output
