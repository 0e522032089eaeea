"""The texts of requests (prompts, names), which a cassette has as hashes only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

HIDDEN: Final = "<text>"
TEXT = re.compile(r"<text:[0-9a-f]{12}>")
_DIGITS = 12
# A response that has so many letters of a text in succession repeats a part of it.
_LONG, _LONG_IDEOGRAPHS = 10, 4
_IDEOGRAPHS = re.compile(r"[\u2e80-\uffff]+")
_TOKEN = re.compile(r"\w[\w'\u2019@.+-]+\w")
_SHORTEST_TOKEN = 3
# Words that say nothing about a person, and begin sentences.
_COMMON = frozenset(
    """All And Any Are But Can Create For From Generate Has Her His How Its Make Not One Our Please
    She Show The There These They This Video What When With You Your""".split()  # noqa: SIM905
)
# After so many letters of texts no sentence of a response is kept any more.
_MOST_LETTERS = 4_000_000
# Marks the letters of ASCII in binary content.
_LETTER, _OTHER = b"a", b"\n"
_LETTERS = bytes(97 if 0x20 <= code < 0x7F else 0x0A for code in range(256))


def hashed(text: str) -> str:
    """The reference for a text: the same for the same text, in every cassette."""
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"<text:{digest[:_DIGITS]}>"


@dataclass
class Texts:
    """Texts of requests, found again in responses, whole or in parts.

    Attributes:
        words: what may stand in a response although it is a word of some text.
    """

    words: frozenset[str] = frozenset()
    _whole: set[str] = field(default_factory=set)
    _parts: set[str] = field(default_factory=set)
    _tokens: set[str] = field(default_factory=set)
    _others: set[bytes] = field(default_factory=set)
    _letters: int = 0

    @property
    def is_full(self) -> bool:
        """Whether further texts would no longer be found in parts."""
        return self._letters > _MOST_LETTERS

    def add(self, text: str) -> str:
        """Remember a text; its reference."""
        if text not in self._whole:
            self._whole.add(text)
            self._letters += len(text)
            if not self.is_full:
                self._parts.update(part for part, _ in _parts_of(text.casefold()))
                self._tokens.update(filter(self._is_personal, _TOKEN.findall(text)))
                if not text.isascii():
                    self._others.add(text.encode("utf-8", "replace")[:_LONG])
        return hashed(text)

    def has(self, text: str) -> bool:
        """Whether a request had that text."""
        return text in self._whole

    def hide(self, text: str) -> str:
        """A text of a response without what it repeats of requests."""
        if not self._whole:
            return text
        text = _TOKEN.sub(lambda word: HIDDEN if word[0] in self._tokens else word[0], text)
        folded = text.casefold()
        if len(folded) != len(text):
            folded = text
        repeated = [
            (place, place + len(part)) for part, place in _parts_of(folded) if part in self._parts
        ]
        return _without(text, repeated)

    def are_in(self, content: bytes) -> bool:
        """Whether binary content repeats a part of some text."""
        # UTF-16 has a zero beside each letter.
        views = (content, content.replace(b"\0", b""))
        if any(self._repeats(run) for view in views for run in _printed(view)):
            return True
        return any(each in content for each in self._others)

    def _repeats(self, text: str) -> bool:
        return any(part in self._parts for part, _ in _parts_of(text.casefold()))

    def _is_personal(self, word: str) -> bool:
        """Whether a word alone may be personal: a name, a number, an address."""
        is_plain = word.isascii() and word.islower() and word.isalpha()
        is_known = word in self.words or word in _COMMON
        return len(word) >= _SHORTEST_TOKEN and not is_plain and not is_known


def _printed(content: bytes) -> Iterator[str]:
    """The runs of letters of ASCII that are long enough to be recognised."""
    marked = content.translate(_LETTERS)
    end = 0
    while (first := marked.find(_LETTER * _LONG, end)) >= 0:
        end = marked.find(_OTHER, first)
        end = len(marked) if end < 0 else end
        yield content[first:end].decode("ascii")


def _parts_of(text: str) -> Iterator[tuple[str, int]]:
    """Every part of a text that is long enough to be recognised, with its place."""
    for place in range(len(text) - _LONG + 1):
        yield text[place : place + _LONG], place
    for found in _IDEOGRAPHS.finditer(text):
        for place in range(found.start(), found.end() - _LONG_IDEOGRAPHS + 1):
            yield text[place : place + _LONG_IDEOGRAPHS], place


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    kept: list[str] = []
    end = 0
    for first, last in sorted(spans):
        if first >= end:
            kept += [text[end:first], HIDDEN if first > end or not kept else ""]
        end = max(end, last)
    return "".join((*kept, text[end:]))
