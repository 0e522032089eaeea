"""Holds the build as a whole: same inputs, same bytes, and nothing from half a build."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import openapi
from openapi.building.build import Sources, build, check_fresh, render
from openapi.contract.document import load_contract
from openapi.errors import SpecError
from tests.openapi.samples import create, text, write, write_page

OWN = Sources(openapi.DOCUMENTED, openapi.OVERLAY, openapi.MODELS)
RENDER = (
    "import openapi, sys; from openapi.building.build import *;"
    "s = Sources(openapi.DOCUMENTED, openapi.OVERLAY, openapi.MODELS);"
    "sys.stdout.buffer.write(render(build(s), s).encode())"
)


def test_the_committed_contract_is_fresh() -> None:
    """What is in the package is what its sources build to."""
    check_fresh(render(build(OWN), OWN), openapi.CONTRACT)


def test_the_same_inputs_give_the_same_bytes() -> None:
    """Neither the process nor its order of hashing shows in the file."""
    environment = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": str(openapi.FOLDER.parent)}
    command = [sys.executable, "-c", RENDER]
    built = subprocess.run(command, check=True, capture_output=True, env=environment).stdout

    assert built == openapi.CONTRACT.read_bytes()


def test_what_is_written_is_what_is_read() -> None:
    """The file holds the contract that was checked, to the last value."""
    assert load_contract(openapi.CONTRACT) == build(OWN).contract


def test_the_heading_names_the_sources(tmp_path: Path) -> None:
    """The file names what to edit instead of it."""
    own = replace(OWN, documented=tmp_path / "pages", overlay=None)

    assert OWN.heading.endswith("from documented/, completions.yaml and models.yaml.\n")
    assert own.heading.endswith("from pages/ and models.yaml.\n")
    assert replace(own, models=None).heading.endswith("from pages/.\n")


def test_our_pages_alone_are_a_contract() -> None:
    """Merged without a word of ours they are valid OpenAPI with each of their requests."""
    built = build(Sources(openapi.DOCUMENTED, None, None)).contract

    assert set(built["paths"]) == {"/v1/videos", "/v1/video/create"}
    assert built["info"] == {"title": "Merged documentation pages", "version": "0"}


def test_our_pages_build_without_a_catalogue() -> None:
    """What no page lists stays open then, and shows the page's example."""
    built = build(replace(OWN, models=None)).contract
    field = built["components"]["schemas"]["UnifiedCreateJson"]["properties"]["model"]

    assert field["example"] == "sora-2-all"
    assert "enum" not in field


def test_a_build_of_unchanged_sources_is_fresh(tmp_path: Path) -> None:
    """A file with the bytes of a build passes."""
    out = tmp_path / "gateway.yaml"
    out.write_bytes(b"a: 1\n")
    check_fresh("a: 1\n", out)


@pytest.mark.parametrize("content", [b"a: 2\n", b"a: 1\r\n", b"\xff", b""])
def test_any_other_bytes_are_stale(tmp_path: Path, content: bytes) -> None:
    """Even the ends of lines count."""
    out = tmp_path / "gateway.yaml"
    out.write_bytes(content)
    with pytest.raises(
        SpecError, match="the contract is stale: it is not what its sources build to"
    ):
        check_fresh("a: 1\n", out)


def test_a_missing_contract_is_stale(tmp_path: Path) -> None:
    """No file is not a fresh file."""
    with pytest.raises(SpecError, match="it does not exist"):
        check_fresh("a: 1\n", tmp_path / "gateway.yaml")


def test_a_folder_in_the_contracts_place_is_reported(tmp_path: Path) -> None:
    """What cannot be read is reported like what is stale, without a trace."""
    with pytest.raises(SpecError, match="the contract is stale"):
        check_fresh("a: 1\n", tmp_path)


def test_overlay_actions_left_out_are_listed(tmp_path: Path) -> None:
    """With --skip-unmatched, a build says which actions found nothing."""
    write_page(tmp_path / "pages", "a", {"/v1/clips": {"post": create({"f": text("x")})}})
    overlay = write(
        tmp_path / "o.yaml",
        """\
        overlay: 1.0.0
        info: {title: A, version: '1'}
        actions:
        - {target: $.info, x-source: a, x-standing: inferred, update: {title: Clips}}
        - {target: $.nope, x-source: a, x-standing: inferred, update: {}}
        """,
    )
    built = build(Sources(tmp_path / "pages", overlay, None, skip_unmatched=True))

    assert built.contract["info"]["title"] == "Clips"
    assert [action.line for action in built.left_out] == [5]
