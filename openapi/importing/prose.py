"""Facts that a page states in running text only, extracted by rule; later steps read no prose.

A rule is a pattern for a way of saying something, in English or Chinese; no rule knows a page.
"""

import re
from collections.abc import Callable
from typing import Any

from openapi.importing.value_lists import ValueList, find_value_list

# Full-width punctuation is written as escapes: it is easily taken for the ASCII character.
_COMMAS = r",\uff0c"
_COLONS = r":\uff1a"
_QUOTES = "`'\"\u2018\u2019\u201c\u201d"

# Every rule takes time in proportion to the text: what repeats without a bound gives nothing back
# (`++`, `(?>`), and what may be read in two ways is bounded. White space is single characters.
_WORD = r"(?:[a-z0-9_+-]|\.(?=[a-z0-9_+-])){1,64}+(?![a-z0-9_+-])"
# A value: a word, number, size or ratio in Latin script; never a sentence.
_VALUE = rf"(?>[{_QUOTES}]?{_WORD}(?:[:/\u00d7*]{_WORD}){{0,8}}+[{_QUOTES}]?)"
_COLON = rf"(?:\s*[{_COLONS}]\s*)"
_DEFAULTS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\bdefaults?(?:\s+(?:value|setting))?\s*(?:is|to|are|=|[{_COLONS}])\s*"
        rf"(?!(?:an?|the|not)\b)(?P<value>{_VALUE})",
        rf"默认(?:值?[为是]?){_COLON}?\s*(?P<value>{_VALUE})",
    )
)
_APPROXIMATE = re.compile(
    rf"(?<![a-z])(?P<word>[a-z]{{1,64}}+)\s*[{_COMMAS}]?\s*(?:is\s+)?(?:generally|usually|about|around|approximately|means"
    rf"|一般|通常|大约|约)\s*(?:是|为)?\s*(?P<resolution>\d{{3,4}}p|[248]k)",
    re.IGNORECASE,
)
_RESERVED = re.compile(
    r"(?:^|\s|仅|只有)(?P<suffix>-[a-z][\w-]{0,63})\s*(?:models?\b|系列|模型)", re.IGNORECASE
)
_UNITS = (
    ("milliseconds", re.compile(r"\bmilli-?seconds?\b|\bms\b|毫秒", re.IGNORECASE)),
    ("seconds", re.compile(r"\bseconds?\b|(?<!毫)秒", re.IGNORECASE)),
)
_THINGS = (
    ("image", re.compile(r"\bimages?\b|\bpictures?\b|图片|图像|垫图|参考图", re.IGNORECASE)),
    ("character", re.compile(r"\bcharacters?\b|角色", re.IGNORECASE)),
)
# A model: a family name alone, or any lower-case word that goes on to a version number.
_FAMILIES = "sora|veo|kling|vidu|hailuo|runway|luma|grok|pika|seedance|jimeng"
_MODEL = re.compile(
    rf"(?<![\w/.-])(?:(?:{_FAMILIES})(?![a-z])(?:[-_.]?\w+)*|(?!mp[34]|h26)[a-z]{{2,}}[-_]?\d[\w.]*(?:-\w+)*)",
    re.IGNORECASE | re.ASCII,
)


def field_facts(text: str) -> dict[str, Any]:
    """What the description of a field states: any of these, in this order.

    ``allowed``: the listed values as written; ``range``: the lowest and the highest value;
    ``unclear``: the text of a list that was not understood whole; ``default``: as written;
    ``resolutions``: a size word to its approximate resolution; ``reserved_for``: the suffix of the
    models that read the field; ``unit``: seconds or milliseconds.
    """
    plain = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
    return _values(text) | {name: found for name, rule in _RULES if (found := rule(plain))}


def title_facts(text: str) -> dict[str, Any]:
    """What the summary of an operation names: ``mentions`` of image, character and models."""
    mentions = [name for name, pattern in _THINGS if pattern.search(text)]
    mentions += [match.group().casefold() for match in _MODEL.finditer(text)]
    return {"mentions": list(dict.fromkeys(mentions))} if mentions else {}


def _values(text: str) -> dict[str, Any]:
    listed = find_value_list(text) or ValueList()
    facts = {
        "allowed": list(listed.values),
        "range": list(listed.bounds or ()),
        "unclear": listed.unread,
    }
    return {name: found for name, found in facts.items() if found}


def _default(text: str) -> str | None:
    found = next((match for pattern in _DEFAULTS if (match := pattern.search(text))), None)
    return _clean(found["value"]) if found else None


def _resolutions(text: str) -> dict[str, str]:
    return {found["word"].casefold(): found["resolution"] for found in _APPROXIMATE.finditer(text)}


def _reserved_for(text: str) -> str | None:
    found = _RESERVED.search(text)
    return found["suffix"] if found else None


def _unit(text: str) -> str | None:
    return next((name for name, pattern in _UNITS if pattern.search(text)), None)


def _clean(value: str) -> str:
    return value.strip().strip(_QUOTES).rstrip(".")


_RULES: tuple[tuple[str, Callable[[str], Any]], ...] = (
    ("default", _default),
    ("resolutions", _resolutions),
    ("reserved_for", _reserved_for),
    ("unit", _unit),
)
