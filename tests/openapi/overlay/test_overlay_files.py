"""Holds what an overlay file must have before any of its actions is applied."""

from pathlib import Path

import pytest

import openapi
from openapi.documents.located import load
from openapi.errors import SpecError
from openapi.overlay.apply import load_overlay
from tests.openapi.samples import write

HEAD = """\
overlay: 1.0.0
info: {title: Additions, version: '1'}
actions:
"""
SAID = "  x-source: a book\n  x-standing: inferred\n"

# What is wrong: the text after the head, the line, a word of the reason.
NO_OVERLAY = {
    "no source": ("- {target: $.a, update: {}, x-standing: inferred}", 4, "'x-source' is missing"),
    "an empty source": (
        "- {target: $, update: {}, x-source: '', x-standing: inferred}",
        4,
        "shorter",
    ),
    "no standing": ("- {target: $.a, update: {}, x-source: a}", 4, "'x-standing' is missing"),
    "an unknown standing": (
        "- target: $\n  update: {}\n  x-source: a\n  x-standing: sure",
        7,
        '"documented"',
    ),
    "no target": ("- {update: {}, x-source: a, x-standing: inferred}", 4, "'target' is missing"),
    "a misspelt key": (f"- target: $.a\n  udpate: {{}}\n{SAID}", 5, "'udpate' is not known"),
    "a wish instead of a remove": (f"- target: $.a\n  remove: please\n{SAID}", 5, "boolean"),
    "nothing to do": (f"- target: $.a\n{SAID}", 4, "neither updates nor removes"),
    "not removed after all": (f"- target: $.a\n  remove: false\n{SAID}", 4, "neither updates"),
    "a relative target": (f"- target: a.b\n  update: {{}}\n{SAID}", 4, "does not match"),
    "an action that is a word": ("- hello", 4, "object"),
    "no actions": ("", 3, "array"),
    "an empty list of actions": ("  []", 3, "item"),
    "actions by name": ("  first: {}", 3, "array"),
}


@pytest.mark.parametrize(("actions", "line", "why"), NO_OVERLAY.values(), ids=NO_OVERLAY)
def test_a_bad_action_is_refused_with_its_line(
    tmp_path: Path, actions: str, line: int, why: str
) -> None:
    """What an overlay lacks is reported with file and line, before anything is applied."""
    path = tmp_path / "overlay.yaml"
    path.write_text(f"{HEAD}{actions}\n", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_overlay(path)

    assert (caught.value.where, caught.value.line) == (str(path), line)
    assert why in caught.value.why


@pytest.mark.parametrize(
    "head",
    [
        "info: {title: A, version: '1'}",
        "overlay: 2.0.0\ninfo: {title: A, version: '1'}",
        "overlay: 1.05\ninfo: {title: A, version: '1'}",
        "overlay: 1.0.0",
        "overlay: 1.0.0\ninfo: {title: A}",
        "overlay: 1.0.0\ninfo: {title: '', version: '1'}",
        "overlay: 1.0.0\ninfo: {title: A, version: '1'}\nacions: []",
    ],
)
def test_a_document_of_another_kind_is_no_overlay(tmp_path: Path, head: str) -> None:
    """An overlay says which version it is, what it is called and in which edition."""
    path = write(tmp_path / "overlay.yaml", f"{head}\nactions:\n- {{target: $, remove: true}}\n")
    with pytest.raises(SpecError, match=r"not an Overlay 1\.0 document"):
        load_overlay(path)


def test_our_overlay_has_what_overlay_1_0_demands() -> None:
    """Version, title, edition and actions, each with a target and no key of our own but x-...."""
    document = load(openapi.OVERLAY).data
    keys = {key for action in document["actions"] for key in action}

    assert document["overlay"] == "1.0.0"
    assert document["info"]["title"]
    assert document["info"]["version"]
    assert document["actions"]
    assert all(action["target"] for action in document["actions"])
    assert keys == {"target", "update", "x-source", "x-standing"}
