"""Replaces what is secret or personal in strings by references; words of the contract stay."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from contract_tests.contract.target_contract import TargetContract
from contract_tests.guard.classification import is_absent
from contract_tests.guard.keys import Keys
from contract_tests.recording import times
from contract_tests.recording.references import (
    NUMBER,
    REFERENCE,
    References,
    is_id,
    is_random,
    shape_of,
)
from contract_tests.recording.texts import TEXT, Texts
from openapi.contract.error_kinds import ERROR_KINDS

SECRET: Final = "<secret>"
_SECRET_NAME = re.compile(
    "signature|token|secret|credential|api_?key|password|passwd|authorization|session|access_?key",
    re.IGNORECASE,
)
_PERSON_NAME = re.compile(
    r"^(?:user|username|user_?name|nickname|e?mail|phone|mobile|owner|account|organi[sz]ation|org"
    r"|project|group|tenant|customer|author|creator|ip|address)(?:_?(?:id|name|email))?$",
    re.IGNORECASE,
)
_TEXT_NAME = re.compile(
    r"prompt|^(?:name|title|caption|description|text|input|lyrics|style|metadata|content|user_input)$",
    re.IGNORECASE,
)
_MESSAGE_NAME = re.compile(r"message|msg|reason|detail|error|hint|description_en", re.IGNORECASE)
_ID_NAME = re.compile(r"(?:^|_)id$|[a-z]Id$|^(?:permalink|uuid|guid|cameo)$")
_KINDS_BY_NAME = re.compile(
    r"^(request|event|endpoint|delivery|character|file|generation|draft)_?id$", re.IGNORECASE
)
_VALUE = re.compile(
    r"[+-]?\d{1,6}(?:\.\d{1,6})?(?:[x:*×-]\d{1,6}|[a-z%]{1,3})?|true|false|null", re.ASCII
)
_MODEL_NAME = re.compile(r"[A-Za-z][\w.:/-]{0,79}", re.ASCII)
_WORD = re.compile(r"[\w.:/+%#*=,;()\[\]-]{1,64}", re.ASCII)
_URL = re.compile(
    r"(?:https?|wss?|ftp|s3|gs|blob)://[^\s\"'<>\\]+|data:[^\s\"'<>\\]+", re.IGNORECASE
)
_PATH = re.compile(r"/[^\s\"'<>\\/][^\s\"'<>\\]*")
_QUERY = re.compile(r"([?&][\w.\[\]-]+=)[^&\s\"'<>\\]+")
_EMAIL = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[A-Za-z]{2,}")
_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_TOKENS = (re.compile(r"[\w.:=~/+-]{5,}"), re.compile(r"[\w-]{5,}"), re.compile(r"[0-9A-Za-z]{5,}"))
_LONG_NUMBER = re.compile(r"(?<![\w.])\+?\d[\d ()-]{5,}\d(?!\w)")
_FEWEST_DIGITS = 7
_NAMES_OF_MODELS = frozenset({"model", "models", "model_name"})


def words_of(contract: TargetContract) -> frozenset[str]:
    """Values that the contract or its dialect documents, and the codes of its errors."""
    kinds = (word for each in ERROR_KINDS.values() for word in (each.code, each.type))
    found = {
        *_documented(contract.document),
        *contract.dialect.statuses.values(),
        *ERROR_KINDS,
        *kinds,
    }
    return frozenset(
        each
        for each in found
        if isinstance(each, str) and _WORD.fullmatch(each) and not is_random(each)
    )


def _documented(node: Any) -> Iterator[Any]:
    if isinstance(node, Mapping):
        yield from node.get("enum", ()) if isinstance(node.get("enum"), list) else ()
        yield from (node[name] for name in ("const", "default") if name in node)
        for each in node.values():
            yield from _documented(each)
    elif isinstance(node, list):
        for each in node:
            yield from _documented(each)


@dataclass(frozen=True)
class Place:
    """Where a value stands.

    Attributes:
        name: the field that it is the value of.
        kind: the kind of the objects there, for their ids.
        sent: whether it is a part of a request.
        fails: whether it is a part of an error.
        instants_s: when an id there may have been made.
        created: when the object around it was created.
    """

    name: str = ""
    kind: str = "video"
    sent: bool = False
    fails: bool = False
    instants_s: tuple[float, ...] = ()
    created: Decimal | None = None


@dataclass
class Sanitiser:
    """Replaces strings of one recording.

    Attributes:
        start_s: what times are counted from, in seconds since 1970.
        keep_texts: whether prompts and other texts of requests stay.
    """

    contract: TargetContract
    origin: str
    keys: Keys
    start_s: int
    keep_texts: bool = False
    references: References = field(default_factory=References)
    models: set[str] = field(default_factory=set)

    @cached_property
    def words(self) -> frozenset[str]:
        """What stays wherever it stands."""
        return words_of(self.contract)

    @cached_property
    def texts(self) -> Texts:
        """The texts of the requests so far."""
        return Texts(self.words)

    def time(self, value: Any, place: Place) -> str | None:
        """The reference for a time; None for what is none."""
        found = times.time_of(value)
        if found is None:
            return None
        if place.created is None or times.is_creation_name(place.name):
            return times.reference(*found, times.START, Decimal(self.start_s))
        return times.reference(*found, times.CREATED, place.created)

    def number(self, value: int | float, place: Place) -> Any:
        """A number, or the reference for a time or an id."""
        if times.is_time_name(place.name) and (found := self.time(value, place)):
            return found
        if isinstance(value, int) and (_identifies(place.name) or _PERSON_NAME.match(place.name)):
            return self.references.of(self._kind(place), str(value), f"{NUMBER}{len(str(value))}")
        return value

    def text(self, value: str, place: Place) -> str:
        """A string of a body as it is kept."""
        value = self.keys.take_out(value)
        if not value or value in (SECRET, "[key]"):
            return value
        if REFERENCE.search(value) or times.TIME.search(value) or TEXT.search(value):
            return self.texts.add(value)
        if _SECRET_NAME.search(place.name):
            return SECRET
        by_name = self._by_name(value, place)
        if by_name is not None:
            return by_name
        return self._sent(value, place) if place.sent else self._received(value, place)

    def message(self, value: str) -> str:
        """A text of the target or of the harness without what identifies or unlocks."""
        hidden = value if self.keep_texts else self.texts.hide(self.keys.take_out(value))
        hidden = _URL.sub(lambda found: self.url(found[0]), self.keys.take_out(hidden))
        hidden = _QUERY.sub(rf"\1{SECRET}", hidden)
        hidden = _EMAIL.sub(lambda found: self.references.of("email", found[0], ""), hidden)
        hidden = _IP.sub(lambda found: self.references.of("ip", found[0], ""), hidden)
        for tokens in _TOKENS:
            hidden = tokens.sub(lambda found: self._token(found[0]), hidden)
        return _LONG_NUMBER.sub(lambda found: self._long_number(found[0]), hidden)

    def url(self, value: str) -> str:
        """The reference for an address; its shape is the address with its secrets replaced."""
        return self.references.of("url", value, self._address(value))

    def target(self, value: str, place: Place) -> str:
        """The path and query of a request."""
        path, mark, query = value.partition("?")
        return self._path(path, place) + mark + self._query(query, place)

    def _by_name(self, value: str, place: Place) -> str | None:
        """What stands for a value for the name of its field, or because it was seen before."""
        if place.name in _NAMES_OF_MODELS and _MODEL_NAME.fullmatch(value) and not is_random(value):
            self.models.add(value)
            return value
        if known := self.references.known(value):
            return known
        if _PERSON_NAME.match(place.name):
            return self.references.of("user", value, "")
        if _identifies(place.name) and value not in self.words and not _URL.match(value):
            return self.id(value, self._kind(place), place)
        return self.time(value, place) if times.is_time_name(place.name) else None

    def _sent(self, value: str, place: Place) -> str:
        if value in self.words or _VALUE.fullmatch(value):
            return value
        if self.keep_texts:
            return self.message(value)
        if _URL.fullmatch(value):
            return self.url(value)
        return self.texts.add(value)

    def _received(self, value: str, place: Place) -> str:
        if value in self.words or value in self.models or _VALUE.fullmatch(value):
            return value
        if not self.keep_texts and (self.texts.has(value) or _TEXT_NAME.search(place.name)):
            return self.texts.add(value)
        if _URL.fullmatch(value) or _PATH.fullmatch(value):
            return self.url(value)
        is_word = bool(_WORD.fullmatch(value))
        is_message = place.fails or bool(_MESSAGE_NAME.search(place.name))
        if is_word or self.keep_texts or (is_message and not self.texts.is_full):
            return self.message(value)
        return self.texts.add(value)

    def id(self, value: str, kind: str, place: Place) -> str:
        """The reference for an id."""
        if not value or value == "[key]":
            return value
        if not is_id(value):
            return self.texts.add(value)
        named = "absent" if is_absent(value) else kind
        return self.references.of(named, value, shape_of(value, place.instants_s))

    def _kind(self, place: Place) -> str:
        if _PERSON_NAME.match(place.name):
            return "user"
        found = _KINDS_BY_NAME.match(place.name)
        return found[1].lower() if found else place.kind

    def _token(self, token: str) -> str:
        if token in self.words or token in self.models:
            return token
        if known := self.references.known(token):
            return known
        is_whole = bool(_TOKENS[1].fullmatch(token))
        return self.references.of("id", token, "") if is_whole and is_random(token) else token

    def _long_number(self, text: str) -> str:
        if sum(map(str.isdigit, text)) < _FEWEST_DIGITS:
            return text
        return self.references.of("number", text, "")

    def _address(self, value: str) -> str:
        if value.lower().startswith("data:"):
            return f"{_plain(value[:60].partition(',')[0])},{len(value)} letters"
        try:
            parts = urlsplit(value)
            host = parts.hostname or ""
        except ValueError:
            return SECRET
        origin = f"{parts.scheme}://{parts.netloc}"
        place = Place(sent=True)
        query = f"?{self._query(parts.query, place, SECRET)}" if parts.query else ""
        path = self._path(parts.path, place) + query
        if not parts.scheme:
            return path
        named = "<target>" if origin == self.origin else self.references.of("host", host, "")
        return f"{parts.scheme}://{named}{path}"

    def _path(self, path: str, place: Place) -> str:
        operations, parameters = self.contract.find(path)
        values = {unquote(each) for each in parameters.values()} if operations else set()
        return "/".join(self._segment(each, values, place) for each in path.split("/"))

    def _segment(self, segment: str, values: Iterable[str], place: Place) -> str:
        value = unquote(segment)
        if value in self.models:
            return value
        if value in values and not _VALUE.fullmatch(value):
            # Runs ask for an id with a wildcard, whose parts must not be hidden as those of a text.
            wildcard = value[len(value.rstrip("%")) :]
            return self.id(value.removesuffix(wildcard), place.kind, place) + quote(wildcard)
        return value if not value or _is_plain_segment(value) else self.message_or_text(value)

    def message_or_text(self, value: str) -> str:
        """A part of an address: its words stay, everything else becomes a reference."""
        shown = self.message(value)
        return (
            shown
            if _WORD.fullmatch(re.sub(r"<[a-z]+:\d+>", "", shown) or "x")
            else self.texts.add(value)
        )

    def _query(self, query: str, place: Place, instead: str = "") -> str:
        pairs = [each.partition("=") for each in query.split("&")] if query else []
        return "&".join(
            _plain(name)
            + mark
            + self._query_value(name, unquote(value.replace("+", " ")), place, instead)
            for name, mark, value in pairs
        )

    def _query_value(self, name: str, value: str, place: Place, instead: str) -> str:
        if not value or value in self.words or re.fullmatch(r"\d{1,4}", value):
            return value
        if known := self.references.known(value):
            return known
        if instead:
            return instead
        if name in ("id", "after"):
            return self.id(value, place.kind, place)
        return SECRET if _SECRET_NAME.search(name) else self.texts.add(value)


def _identifies(name: str) -> bool:
    return bool(_ID_NAME.search(name))


def _is_plain_segment(value: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z_-]{0,31}|v\d{1,3}|[A-Za-z]+\.[a-z0-9]{2,4}", value))


def _plain(value: str) -> str:
    """A name of a query's field or the like, without what is no name."""
    return (
        re.sub(r"[^\w.:;/\[\]+-]", "?", value[:60], flags=re.ASCII) if not is_random(value) else "?"
    )
