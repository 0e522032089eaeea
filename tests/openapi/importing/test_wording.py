"""Holds the wording: our sentences for texts that are known by their digest alone."""

import re
from pathlib import Path
from typing import Any

import pytest

from openapi import DOCUMENTED
from openapi.errors import SpecError
from openapi.importing.wording import PROSE, Wording, digest, load_wording
from openapi.pages.documented import load_pages
from tests.openapi.page_texts import write


def _prose(node: Any) -> set[str]:
    if isinstance(node, list):
        return {text for item in node for text in _prose(item)}
    if not isinstance(node, dict):
        return set()
    own = {text for key in PROSE if isinstance(text := node.get(key), str) and text}
    return own.union(*(_prose(value) for value in node.values()))


def test_a_sentence_is_found_by_the_text_it_stands_for() -> None:
    """White space around a text does not make it another text."""
    wording = Wording({digest("their words"): "our words"}, {})

    assert wording.sentence(" their words\n\n") == "our words"
    assert wording.sentence("other words") is None


def test_the_shipped_wording_is_complete_and_used() -> None:
    """All prose of the documented pages is ours, and every sentence of ours stands in one."""
    pages = load_pages(DOCUMENTED)

    assert set().union(*(_prose(page.data) for page in pages)) == set(
        load_wording().sentences.values()
    )


def test_every_documented_page_is_named_by_the_wording() -> None:
    """The names of the shipped pages are the names of the wording."""
    assert {page.name for page in load_pages(DOCUMENTED)} == set(load_wording().pages.values())


def test_keys_are_digests_and_page_ids() -> None:
    """No text of a page stands in the file, only what it is known by."""
    wording = load_wording()

    assert all(re.fullmatch(r"[0-9a-f]{12}", key) for key in wording.sentences)
    assert all(re.fullmatch(r"api-\d+", key) for key in wording.pages)


@pytest.mark.parametrize("text", ["[]\n", "pages: {}\n", "pages: {}\nsentences: {a: 1}\n"])
def test_a_file_that_is_no_wording_is_refused(tmp_path: Path, text: str) -> None:
    """A wording without both parts, or with something else than words, is reported."""
    with pytest.raises(SpecError, match="not a wording file"):
        load_wording(write(tmp_path, text, "wording.yaml"))
