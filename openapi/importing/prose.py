"""Facts that a page states in running text only, extracted by rule; later steps read no prose.

A rule is a pattern for a way of saying something, in English or Chinese; no rule knows a page.
"""

import re
from collections.abc import Callable
from typing import Any

# Full-width punctuation is written as escapes: it is easily taken for the ASCII character.
_COMMAS = r",\uff0c"
_STOPS = r".\u3002;\uff1b"
_COLONS = r":\uff1a"
_OPEN, _CLOSE = r"(\uff08", r")\uff09"
_QUOTES = "`'\"\u2018\u2019\u201c\u201d"
_TIMES = r"x\u00d7*"

# Every rule takes time in proportion to the text: what repeats without a bound gives nothing back
# (`++`, `(?>`), and what may be read in two ways is bounded. White space is single characters.
_WORD = r"(?:[a-z0-9_+-]|\.(?=[a-z0-9_+-])){1,64}+(?![a-z0-9_+-])"
# One listed value: a word, number, size or ratio in Latin script; never a sentence.
_VALUE = rf"(?>[{_QUOTES}]?{_WORD}(?:[:/\u00d7*]{_WORD}){{0,8}}+[{_QUOTES}]?)"
_AND = r"(?:and|or)\s+"
_JOIN = rf"(?:\s*[{_COMMAS}\u3001;\uff1b|/]\s*(?:{_AND}|[和或]\s*)?|\s+{_AND}|\s*[和或]\s*)"
_LIST = rf"(?P<list>{_VALUE}(?:{_JOIN}{_VALUE}){{0,39}})"
_COLON = rf"(?:\s*[{_COLONS}]\s*)"
_THEN_DEFAULT = rf"[{_COMMAS}]\s*(?:the\s+)?(?:by\s+)?(?:default|默认)"
_END = rf"(?=\s*(?:[{_STOPS}{_OPEN}{_CLOSE}\n]|$|{_THEN_DEFAULT}))"

# Stated as a list of values: believed whatever its length.
_LISTS = (
    r"(?:allowed|possible|accepted|available|valid|optional|enum(?:eration)?)\s+values?"
    rf"(?:\s+are\s+|\s+is\s+|{_COLON}){_LIST}{_END}",
    rf"\b(?:enum(?:eration)?|one of|options?|choices){_COLON}{_LIST}{_END}",
    rf"\bone of\s+{_LIST}{_END}",
    rf"(?:可选值|可用值|枚举值?|取值范围|取值|允许的?值)(?:为|是|有)?{_COLON}?\s*{_LIST}{_END}",
    rf"可选{_COLON}{_LIST}{_END}",
)
# Stated as a restriction, which may be about anything: a single word is no list of values.
_RESTRICTIONS = (
    rf"(?:supports\s+only|only\s+supports?){_COLON}?\s*{_LIST}{_END}",
    rf"\bonly\s+{_LIST}\s+(?:is|are)\s+(?:currently\s+)?(?:supported|available|allowed|accepted)",
    rf"(?:仅支持|只支持|目前支持|仅限|只能[是为]){_COLON}?\s*{_LIST}{_END}",
)
_DEFAULTS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\bdefaults?(?:\s+(?:value|setting))?\s*(?:is|to|are|=|[{_COLONS}])\s*"
        rf"(?!(?:an?|the|not)\b)(?P<value>{_VALUE})",
        rf"默认(?:值?[为是]?){_COLON}?\s*(?P<value>{_VALUE})",
    )
)
_SIZE = re.compile(rf"(?<![\w.])\d{{2,5}}[{_TIMES}]\d{{2,5}}(?![\w])")
# `portrait (vertical screen)`: a word and what it means; `portrait 竖屏` alike.
_EXPLAINED = re.compile(
    r"^\s*[-*]?\s*[`'\"]?(?P<word>[a-z][\w-]*)[`'\"]?\s*"
    rf"(?:[{_OPEN}][^{_CLOSE}]+[{_CLOSE}]|\s[\u4e00-\u9fff]\S*)\s*$"
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

    ``allowed``: the listed values as written; ``default``: as written; ``resolutions``: a size word
    to its approximate resolution; ``reserved_for``: the suffix of the models that read the field;
    ``unit``: seconds or milliseconds.
    """
    plain = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
    return {name: found for name, rule in _RULES if (found := rule(plain))}


def title_facts(text: str) -> dict[str, Any]:
    """What the summary of an operation names: ``mentions`` of image, character and models."""
    mentions = [name for name, pattern in _THINGS if pattern.search(text)]
    mentions += [match.group().casefold() for match in _MODEL.finditer(text)]
    return {"mentions": list(dict.fromkeys(mentions))} if mentions else {}


def _allowed(text: str) -> list[str]:
    for form in _LISTS:
        if found := re.search(form, text, re.IGNORECASE):
            return _split(found["list"])
    for form in _RESTRICTIONS:
        found = re.search(form, text, re.IGNORECASE)
        if found and (len(_split(found["list"])) > 1 or re.search(r"\d", found["list"])):
            return _split(found["list"])
    return _explained_words(text) or _bare_sizes(text)


def _split(listed: str) -> list[str]:
    return [_clean(value) for value in re.split(_JOIN, listed, flags=re.IGNORECASE)]


def _explained_words(text: str) -> list[str]:
    pieces = [piece for piece in re.split(rf"[\n{_COMMAS};\uff1b]", text) if piece.strip()]
    words = [found["word"] for piece in pieces if (found := _EXPLAINED.match(piece))]
    return words if len(words) > 1 and len(words) == len(pieces) else []


def _bare_sizes(text: str) -> list[str]:
    """Two sizes or more with words between them are a list; a single one is an example."""
    sizes = list(dict.fromkeys(_SIZE.findall(text)))
    return sizes if len(sizes) > 1 else []


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
    ("allowed", _allowed),
    ("default", _default),
    ("resolutions", _resolutions),
    ("reserved_for", _reserved_for),
    ("unit", _unit),
)
