"""Our own sentences for the pages' prose and our names for the pages; data in ``wording.yaml``.

A sentence is found by a digest of the text it stands for, so the page's own text is not kept here.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openapi import FOLDER
from openapi.documents.located import load
from openapi.errors import SpecError

WORDING_FILE = FOLDER / "wording.yaml"
_DIGEST_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Wording:
    """Digest of a text to our sentence, and Apifox api id to page name."""

    sentences: Mapping[str, str]
    pages: Mapping[str, str]

    def sentence(self, text: str) -> str | None:
        """Our sentence for ``text``, or None when nobody has written one."""
        return self.sentences.get(digest(text))


def digest(text: str) -> str:
    """The key of ``text`` in ``wording.yaml``: the start of its SHA-256, white space trimmed."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:_DIGEST_LENGTH]


def load_wording(path: Path = WORDING_FILE) -> Wording:
    """Read the wording file.

    Raises:
        SpecError: it lacks ``pages`` or ``sentences``, or holds something else than words there.
    """
    located = load(path)
    parts = {}
    for part in ("sentences", "pages"):
        words = located.data.get(part) if isinstance(located.data, dict) else None
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
            raise SpecError(
                what="no wording file",
                where=str(path),
                line=1,
                why=f"{part!r} is not a mapping of words to words",
                remedy="restore the file from the distribution",
            )
        parts[part] = words
    return Wording(parts["sentences"], parts["pages"])
