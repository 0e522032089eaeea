"""Lists and ranges of values that a page states in running text, in English or Chinese.

A list is believed only when every candidate in it was read; one that was read in part is reported
as not understood, so that it closes nothing. Every pattern takes time in proportion to the text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

# Full-width punctuation is written as escapes: it is easily taken for the ASCII character.
_COMMAS = r",\uff0c\u3001;\uff1b|"
_COLONS = r":\uff1a"
_OPEN, _CLOSE = r"(\uff08", r")\uff09"
_QUOTES = "`'\"\u2018\u2019\u201c\u201d"
# Of one text, in candidates; of one value and of what is quoted in a report, in characters.
_MOST, _QUOTED = 200, 160
# Of a text that is looked at, in characters; and of restrictions in it that may announce a list.
_LONG, _ANNOUNCEMENTS = 20_000, 5
_SENTENCE_WORDS, _SENTENCE_CHARS = 4, 12

_SIZE = r"\d{1,5}(?:[:x\u00d7*/]\d{1,5}){1,2}+(?![a-z0-9_:])"
_WORD = r"[a-z0-9](?:[a-z0-9_+\-]|[./](?=[a-z0-9])){0,63}+(?![a-z0-9_+])"
_UNIT = r"(?:\s{0,3}(?:seconds?|secs?|s|\u79d2)(?![\w-]))?"
_VALUE = rf"(?:{_SIZE}|-?{_WORD})"
# One candidate: a bullet, the value, a unit, and a comment behind a sign that ends the value.
_CANDIDATE = re.compile(
    r"(?:[-*\u2022\u00b7]\s+|\d{1,2}[.)]\s+)?"
    rf"[{_QUOTES}]?(?P<value>{_VALUE})[{_QUOTES}]?{_UNIT}\.?"
    rf"(?P<comment>\s*(?:[{_COLONS}{_OPEN}=\u2014\u2013]|-\s|[\u4e00-\u9fff]).*+)?",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*(?:[-*\u2022\u00b7]\s+|\d{1,2}[.)]\s+)")
_RANGE = re.compile(
    r"(?:from\s+)?(?P<low>-?\d{1,18}(?:\.\d{1,9})?)\s*"
    r"(?:-|~|\uff5e|\u2013|\u2014|\bto\b|\u81f3|\u5230|\.{2,3})\s*"
    rf"(?P<high>-?\d{{1,18}}(?:\.\d{{1,9}})?){_UNIT}\.?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\bbetween\s+(?P<low>-?\d{1,18}(?:\.\d{1,9})?)\s+and\s+(?P<high>-?\d{1,18}(?:\.\d{1,9})?)(?![\w.]*\d)",
    re.IGNORECASE,
)
_MIN_MAX = re.compile(
    rf"(?:\bmin(?:imum)?\b|最小值?)\s*(?:is|of|为|[{_COLONS}=])?\s*(?P<low>-?\d{{1,18}}(?:\.\d{{1,9}})?)"
    rf"\s*[{_COMMAS}]?\s*(?:and\s+)?"
    rf"(?:\bmax(?:imum)?\b|最大值?)\s*(?:is|of|为|[{_COLONS}=])?\s*(?P<high>-?\d{{1,18}}(?:\.\d{{1,9}})?)(?![\w.]*\d)",
    re.IGNORECASE,
)
# Where one candidate ends and the next begins, within a line. A stroke divides numbers only.
_JOIN = re.compile(
    rf"\s*[{_COMMAS}]\s*(?:(?:and|or)\s+|[\u548c\u6216])?|\s+(?:and|or)\s+"
    r"|\s*(?:\u6216\u8005|[\u548c\u6216])\s*|(?<=[\dp])\s*/\s*(?=\d)",
    re.IGNORECASE,
)
_STOP = re.compile(rf"[\u3002]|[.](?=\s|$)|[{_OPEN}{_CLOSE}]")
# Says which value applies by default; that adds no value.
_DEFAULT = re.compile(r"(?:the\s+)?(?:by\s+)?(?:default|\u9ed8\u8ba4)", re.IGNORECASE)
_OPEN_END = re.compile(
    r"\betc\b|\band (?:so on|more|others?)\b|\u7b49(?:[\u3002\uff0c]|\s*$)|\.\.\.|\u2026",
    re.IGNORECASE,
)
_PAIR = 2
_WORDS_APART = re.compile(r"[a-z][\w.-]{0,63}(?:/[a-z][\w.-]{0,63}){1,9}", re.IGNORECASE)

# Announce a list of values, whatever its length and words.
_ANNOUNCED = (
    r"(?:allowed|possible|accepted|available|valid|optional|supported|permitted|enum(?:eration)?)"
    rf"\s+(?:values?|options?|choices)\s*(?:(?:are|is|include)\s*[{_COLONS}]?(?=\s)|[{_COLONS}])",
    rf"\b(?:enum(?:eration)?|one of|options?|choices|values?|range)\s*[{_COLONS}]",
    r"\b(?:allowed|possible|valid|supported)\s+(?:values?|options?)\s*[(\uff08\u2014\u2013]",
    rf"\b(?:allowed|available|supported|accepted)\s+[a-z]{{1,20}}+\s*[{_COLONS}]",
    r"\bone of(?=\s)",
    rf"(?:可选值|可用值|枚举值?|取值范围|取值|允许的?值)(?:为|是|有|包括)?\s*[{_COLONS}]?",
    rf"(?:可选项?|范围)(?:为|是|有|包括|\s*[{_COLONS}])",
    r"(?:可选|范围)\s*(?=-?\d)",
)
# State a restriction, which may be about anything.
_RESTRICTED = (
    r"(?<!not )(?<!n't )(?<!n\u2019t )"
    rf"\b(?:supports?\s+only|only\s+supports?|supports?|supported)(?:\s*[{_COLONS}]|(?=\s))",
    rf"(?<![不未])(?:仅支持|只支持|目前支持|支持|仅限|只能[是为])\s*[{_COLONS}]?",
    r"\b(?:range|from)(?:\s+(?:is|of))?(?=\s)",
)
_ONLY = re.compile(
    r"\bonly\s+(?P<list>.{1,400}?)\s+(?:is|are)\s+"
    r"(?:currently\s+)?(?:supported|available|allowed|accepted)",
    re.IGNORECASE,
)
# Values beside each other without an announcement; a limit is none of them.
_CHOICE = re.compile(
    rf"(?<![\w.:-])(?P<list>{_VALUE}(?:\s*[,\uff0c\u3001]\s*{_VALUE}){{0,20}}+"
    rf"\s*,?\s*(?:\bor\b|\u6216\u8005|\u6216)\s*{_VALUE})(?=\s*(?:$|[\n.,\uff0c\u3002;{_OPEN}{_CLOSE}]))",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:up to|at (?:least|most)|about|around|than|exceed|every|within|after|before|up-to)\s*$",
    re.IGNORECASE,
)
# A clause with one of these speaks of a case or of an example, and lists no values.
_STRICT = re.compile("only|[仅只]", re.IGNORECASE)
_ASIDE = re.compile(
    r"\b(?:e\.?g|example|like|such as|if|when|unless|for|in|by|with|without|needs?|requires?|not"
    r"|see)\b|例|比如|譬如|不|如果|当",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.,;\n\uff0c\u3002\uff1b](?!\w)")
_EXAMPLE = re.compile(
    r"(?:\b(?:e\.?g|examples?|like|such as|i\.?e)|[例比]如)\W{0,5}$", re.IGNORECASE
)
_OPENS = re.compile(rf"[{_COLONS}{_OPEN}](?!//)")
_BRACKETS = re.compile(r"\s*[\[{]([^\]}]{1,400})[\]}]\s*\.?\s*")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_EXPLAINED = re.compile(
    rf"\s*[-*]?\s*[{_QUOTES}]?(?P<value>[a-z][\w-]{{0,63}})[{_QUOTES}]?\s*"
    rf"(?:[{_OPEN}][^{_CLOSE}]{{1,200}}[{_CLOSE}]|\s[\u4e00-\u9fff]\S*)\s*"
)
_BARE_SIZE = re.compile(r"(?<![\w.])\d{2,5}[x\u00d7*]\d{2,5}(?!\w)")
_NUMBERED = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class ValueList:
    """What a text states about the values of its field.

    Attributes:
        values: every listed value as it is written; empty where the list was not understood whole.
        bounds: the lowest and the highest value of a range, as written.
        unread: the text of a list that was not understood, shortened.
    """

    values: tuple[str, ...] = ()
    bounds: tuple[str, str] | None = None
    unread: str = ""


def find_value_list(text: str) -> ValueList | None:
    """Find the list or range of values that a text states; None where it states none."""
    lines = [" ".join(line.split()) for line in text[:_LONG].split("\n")]
    plain = "\n".join(lines)
    for pattern in _ANNOUNCED:
        if found := re.search(pattern, plain, re.IGNORECASE):
            return _read(plain[found.end() :], announced=True)
    listed = _table(lines) or _restricted(plain) or _bulleted(lines)
    rules = (_explained, _bare, _choice, _set_apart, _sizes)
    return listed or next(filter(None, (rule(plain) for rule in rules)), None)


def _restricted(text: str) -> ValueList | None:
    for limits in (_BETWEEN, _MIN_MAX):
        if bounds := _bounds(limits.search(text)):
            return ValueList(bounds=bounds)
    if found := _ONLY.search(text):
        return _read(found["list"], announced=False)
    for pattern in _RESTRICTED:
        for found in islice(re.finditer(pattern, text, re.IGNORECASE), _ANNOUNCEMENTS):
            strict = _STRICT.search(found[0]) is not None
            if listed := _read(text[found.end() :], announced=False, strict=strict):
                return listed
    return None


def _read(region: str, *, announced: bool, strict: bool = False) -> ValueList | None:
    """Read what follows an announcement: the rest of its sentence, or the lines below it.

    With ``strict`` the announcement excludes every other value.
    """
    first = region.partition("\n")[0]
    pieces = _pieces(region, announced=announced)
    stated = [piece for piece in pieces if not _DEFAULT.match(piece)]
    if len(stated) == 1 and (bounds := _bounds(_RANGE.fullmatch(stated[0]))):
        return ValueList(bounds=bounds)
    values, unread = _candidates(pieces)
    if not values:
        # A single piece after an announcement is a sentence that goes on.
        return _unread(region) if announced and len(pieces) > 1 else None
    if unread or _may_be_more(region, pieces):
        return _unread(region)
    # Two words behind "supports" are things; a number, or a list with a comma, are values.
    plain = strict or announced or any(map(_NUMBERED.search, values))
    sole = len(values) == 1 and not any(map(_NUMBERED.search, values))
    if not announced and (sole or not (plain or re.search(rf"[{_COMMAS}]", first))):
        return None
    return ValueList(tuple(dict.fromkeys(values)))


def _pieces(region: str, *, announced: bool) -> list[str]:
    first, _, below = region.partition("\n")
    if not first.strip():
        return _below(below)
    bracketed = _BRACKETS.fullmatch(first)
    pieces = _inline(bracketed[1] if bracketed else first)
    if announced and len(pieces) == 1 and _WORDS_APART.fullmatch(pieces[0]):
        return pieces[0].split("/")
    return pieces


def _may_be_more(region: str, pieces: Sequence[str]) -> bool:
    """Whether a list ends with "etc.", or may as well be an interval such as ``[0, 1]``."""
    first = region.partition("\n")[0]
    if _BRACKETS.fullmatch(first) and len(pieces) == _PAIR:
        return all(map(_NUMBERED.search, pieces))
    return _OPEN_END.search(first if first.strip() else pieces[-1]) is not None


def _inline(line: str) -> list[str]:
    """The candidates of a sentence."""
    stop = _STOP.search(line)
    sentence = line[: stop.start()] if stop else line
    pieces = [piece.strip() for piece in _JOIN.split(sentence.strip(" ,\uff0c"), _MOST)]
    rest = line[stop.start() :] if stop else ""
    # `a (slow), b (fast)`: a comment in parentheses does not end a list that goes on behind it.
    if rest[:1] in ("(", "\uff08") and re.match(
        rf"[{_OPEN}][^{_CLOSE}]{{0,200}}[{_CLOSE}]\s*[{_COMMAS}]", rest
    ):
        closed = re.sub(rf"[{_OPEN}][^{_CLOSE}]{{0,200}}[{_CLOSE}]", " ", line)
        return _inline(closed)
    return [piece for piece in pieces if piece]


def _below(text: str) -> list[str]:
    """The lines of a list: up to the last bullet, else up to an empty line or a last sentence."""
    lines = [line.strip() for line in text.strip("\n").split("\n")[:_MOST]]
    bullets = bool(lines and _BULLET.match(lines[0]))
    apart = len(lines) > _PAIR and not lines[1] and _CANDIDATE.fullmatch(lines[_PAIR])
    lines = list(filter(None, lines) if bullets or apart else takewhile(bool, lines))
    belongs = _BULLET.match if bullets else _is_no_sentence
    found = lines[: max((at for at, line in enumerate(lines, 1) if belongs(line)), default=0)]
    return _inline(found[0]) if len(found) == 1 and not bullets else found


def _candidates(pieces: Iterable[str]) -> tuple[list[str], list[str]]:
    """The values that were read, and the pieces that were not."""
    values: list[str] = []
    unread: list[str] = []
    for piece in pieces:
        found = _CANDIDATE.fullmatch(piece)
        if found and not _bounds(_RANGE.fullmatch(piece)):
            values.append(found["value"].rstrip("."))
        elif not _adds_nothing(piece, values):
            unread.append(piece)
    return values, unread


def _adds_nothing(piece: str, values: list[str]) -> bool:
    """Whether a piece speaks of the default, or of a value that was listed before it."""
    if _DEFAULT.match(piece):
        return True
    first = piece.split(" ", 1)[0].strip(_QUOTES)
    return " " in piece and first in values


def _bounds(found: re.Match[str] | None) -> tuple[str, str] | None:
    """The ends of a range; None for two numbers that do not ascend, such as those of a name."""
    if found is None or float(found["low"]) >= float(found["high"]):
        return None
    return found["low"], found["high"]


def _is_no_sentence(line: str) -> bool:
    if _CANDIDATE.fullmatch(line):
        return True
    ends = len(line) > _SENTENCE_CHARS and line[-1:] in ".\u3002"
    return not ends and len(line.split()) <= _SENTENCE_WORDS


def _unread(region: str) -> ValueList:
    text = " ".join(region.split())
    return ValueList(unread=text if len(text) <= _QUOTED else f"{text[:_QUOTED]}...")


def _table(lines: list[str]) -> ValueList | None:
    """The first column of a Markdown table, when each of its cells is a value."""
    for index, line in enumerate(lines[1:], start=1):
        if "|" in lines[index - 1] and "-" in line and _TABLE_RULE.fullmatch(line):
            cells = [row.strip("|").split("|")[0].strip() for row in _rows(lines[index + 1 :])]
            values, unread = _candidates(cells)
            return ValueList(tuple(values)) if len(values) > 1 and not unread else None
    return None


def _rows(lines: list[str]) -> Iterator[str]:
    for line in lines[:_MOST]:
        if "|" not in line:
            return
        yield line


def _bulleted(lines: list[str]) -> ValueList | None:
    """Bullets that each hold a value with a digit, in quotes or with a comment."""
    bullets = [line for line in lines if _BULLET.match(line)][:_MOST]
    values, unread = _candidates(bullets)
    meaningful = all(
        re.search(rf"[\d{_QUOTES}{_COLONS}{_OPEN}]", _BULLET.sub("", b, 1)) for b in bullets
    )
    return ValueList(tuple(values)) if len(values) > 1 and not unread and meaningful else None


def _explained(text: str) -> ValueList | None:
    """`portrait (vertical screen)`: words that each are followed by what they mean."""
    pieces = [piece for piece in re.split(rf"[\n{_COMMAS}]", text) if piece.strip()]
    words = [found["value"] for piece in pieces if (found := _EXPLAINED.fullmatch(piece))]
    return ValueList(tuple(words)) if len(words) > 1 and len(words) == len(pieces) else None


def _bare(text: str) -> ValueList | None:
    """A text that is nothing but values, each with a digit, or nothing but a range."""
    if bounds := _bounds(_RANGE.fullmatch(text.strip())):
        return ValueList(bounds=bounds)
    lines = text.strip(" \n.\u3002").split("\n")[:_MOST]
    pieces = [piece.strip() for line in lines for piece in _JOIN.split(line, _MOST) if piece]
    values, unread = _candidates(pieces)
    if len(values) > 1 and not unread and all(map(_NUMBERED.search, values)):
        return ValueList(tuple(dict.fromkeys(values)))
    return None


def _choice(text: str) -> ValueList | None:
    """`..., a-1 or b-2`: values with digits beside each other at the end of a clause."""
    for found in _CHOICE.finditer(text):
        listed = [each.strip() for each in _JOIN.split(found["list"])]
        values = listed[_last_without_digit(listed) + 1 :]
        before = text[: found.start()]
        clause = _CLAUSE.split(before)[-1]
        aside = _LIMIT.search(before) or _ASIDE.search(clause) or _EXAMPLE.search(before)
        if len(values) > 1 and not aside:
            return ValueList(tuple(dict.fromkeys(values)))
    return None


def _set_apart(text: str) -> ValueList | None:
    """`Resolution: 480p, 720p` or `(480p, 720p)`: values with digits behind a sign."""
    for found in islice(_OPENS.finditer(text), _ANNOUNCEMENTS):
        rest = text[found.end() :].partition("\n")[0]
        values, unread = _candidates(_inline(rest))
        numbered = len(values) > 1 and all(map(_NUMBERED.search, values))
        before = text[: found.start()]
        if numbered and not unread and not _OPEN_END.search(rest) and not _EXAMPLE.search(before):
            return ValueList(tuple(dict.fromkeys(values)))
    return None


def _last_without_digit(words: list[str]) -> int:
    return max((at for at, word in enumerate(words) if not _NUMBERED.search(word)), default=-1)


def _sizes(text: str) -> ValueList | None:
    """Two sizes or more with words between them are a list; a single one is an example."""
    found = tuple(dict.fromkeys(_BARE_SIZE.findall(text)))
    return ValueList(found) if len(found) > 1 else None
