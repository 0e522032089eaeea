"""Terms of the field: synonyms of names, forms of values, model families, misspellings."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

# Quantities by the names that pages use for them.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "model": ("model", "model_name"),
    "duration": ("seconds", "duration", "video_length"),
    "size": ("size", "resolution", "resolution_name", "aspect_ratio", "ratio"),
    "image": (
        *("input_reference", "input_references", "images", "image", "image_url", "image_urls"),
        *("reference_image", "reference_images", "first_frame"),
    ),
    "character": (
        "character",
        "characters",
        "character_url",
        "character_id",
        "character_from_task",
    ),
    "orientation": ("orientation",),
}
# Quantities with few possible values, which a page should list.
CLOSED = ("model", "duration", "size", "orientation")
# Names of times.
TIME_NAME = re.compile(r"(?:_at|_time|^timestamp|_timestamp)$")
BOOLEANS = ("true", "false")
# Fields with free text, in which no word is a misspelling.
FREE_TEXT = ("prompt", "negative_prompt", "title", "name")

# Similar enough for two changed letters in a word of four, and rarely for two different words.
_ALIKE = 0.75

_FORMS = (
    ("width x height", re.compile(r"^\d{3,5}x\d{3,5}$")),
    ("ratio", re.compile(r"^\d{1,2}[x:]\d{1,2}$")),
    ("resolution", re.compile(r"^(?:\d{3,4}p|[248]k)$", re.IGNORECASE)),
    ("number", re.compile(r"^-?\d+(?:\.\d+)?$")),
    ("word", re.compile(r"^[^\W\d][\w-]*$")),
)


def quantity(name: str) -> str | None:
    """The quantity of a field with this name; None where it is not known."""
    return next((found for found, names in SYNONYMS.items() if name in names), None)


def form(value: str) -> str:
    """The form of a value: width x height, ratio, resolution, number, word, or other."""
    return next((name for name, pattern in _FORMS if pattern.match(value)), "other")


def family(model: str) -> str:
    """The family of a model: the letters that its name starts with."""
    found = re.match(r"[a-z]+", model.casefold())
    return found.group() if found else ""


def misspelt(value: str, known: Iterable[str]) -> str | None:
    """The known word of which ``value`` is most likely a misspelling; None where there is none.

    Only words without digits are compared: another digit is another value.
    """
    candidates = {word for word in known if _is_plain_word(word)}
    if value in candidates or not _is_plain_word(value):
        return None
    return next(iter(get_close_matches(value, sorted(candidates), n=1, cutoff=_ALIKE)), None)


def _is_plain_word(value: str) -> bool:
    return form(value) == "word" and not re.search(r"\d", value)
