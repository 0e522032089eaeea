"""Bodies as a cassette has them: JSON, the fields of a form, text, a blob, or why there is none.

JSON keeps the order of its keys and its nulls. A file that was sent is described only: its type
and length, and its SHA-256.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from multipart import parse_options_header

from contract_tests.guard.classification import form_parts
from contract_tests.recording import times
from contract_tests.recording.sanitiser import Place, Sanitiser
from openapi.contract.requests import FORM, JSON

# A longer text becomes a blob.
LONGEST_LINE_BODY: Final = 64 * 1024
_MOST_DEPTH = 100
_TEXTS = (
    "text/",
    "application/xml",
    "application/xhtml",
    "application/javascript",
    "application/problem",
)
_URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Kept:
    """What is written of a body: a part of the line, and the content of its blob if it has one."""

    data: Mapping[str, Any] | None
    blob: bytes | None = None


NOTHING = Kept(None)


class RepeatedKeyError(ValueError):
    """A JSON object has a key twice, so that a parsed body is not what was sent."""


def kept_body(content: bytes, media_type: str, place: Place, sanitiser: Sanitiser) -> Kept:
    """A body without secrets.

    Args:
        media_type: the whole Content-Type.
    """
    if not content:
        return NOTHING
    kind, options = parse_options_header(media_type)
    kind = kind.lower()
    if kind == FORM and place.sent:
        return _form(content, options.get("boundary", ""), place, sanitiser)
    try:
        parsed = _parsed(content)
    except RepeatedKeyError:
        return _left_out(content, "JSON with a key that is there twice")
    except (ValueError, RecursionError):
        return _no_json(content, kind, place, sanitiser)
    if isinstance(parsed, Mapping | list) or kind == JSON:
        try:
            return _fitting("json", _value(parsed, place, sanitiser, _MOST_DEPTH))
        except RecursionError:
            return _left_out(content, f"JSON nested deeper than {_MOST_DEPTH} levels")
    return _no_json(content, kind, place, sanitiser)


def _parsed(content: bytes) -> Any:
    """The value of a JSON document.

    Raises:
        ValueError: it is none.
        RecursionError: it is nested too deep.
    """

    def no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise RepeatedKeyError
        return found

    return json.loads(content, object_pairs_hook=no_key_twice)


def _value(value: Any, place: Place, sanitiser: Sanitiser, left: int) -> Any:
    if not left:
        raise RecursionError
    if isinstance(value, dict):
        return _object(value, place, sanitiser, left - 1)
    if isinstance(value, list):
        return [_value(each, place, sanitiser, left - 1) for each in value]
    if isinstance(value, str):
        return sanitiser.text(value, place)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return sanitiser.number(value, place) if is_number else value


def _object(value: dict[str, Any], outer: Place, sanitiser: Sanitiser, left: int) -> dict[str, Any]:
    created = created_in(value)
    kind = _kind(value, outer)
    place = replace(
        outer,
        kind=kind,
        created=outer.created if created is None else created,
        instants_s=outer.instants_s if created is None else (*outer.instants_s, float(created)),
    )
    is_error = outer.fails or "error" in value or outer.name == "error"
    found: dict[str, Any] = {}
    for name, each in value.items():
        shown = name if is_name(name) else sanitiser.text(name, replace(place, name=""))
        if kind == "model" and name == "id" and isinstance(each, str):
            found[shown] = sanitiser.text(each, replace(place, name="model"))
        else:
            inner = replace(place, name=name, fails=is_error)
            found[shown] = _value(each, inner, sanitiser, left)
    return found


def created_in(value: Mapping[str, Any]) -> Decimal | None:
    """When an object was created, in seconds since 1970, by its own field for that."""
    for name, each in value.items():
        if times.is_creation_name(name) and (found := times.time_of(each)):
            return found[0]
    return None


def is_name(name: str) -> bool:
    """Whether the key of an object is a field's name, rather than data."""
    return (
        len(name) <= 64 and name.replace("_", "").replace("-", "").replace("$", "").isidentifier()
    )


def _kind(value: Mapping[str, Any], place: Place) -> str:
    word = value.get("object")
    if not isinstance(word, str) or not word.isascii():
        return place.kind
    name = word.partition(".")[0].replace("_", "")
    return name.lower() if name.isalpha() and name != "list" else place.kind


def _form(content: bytes, boundary: str, place: Place, sanitiser: Sanitiser) -> Kept:
    try:
        parts = list(form_parts(content, boundary))
    except (ValueError, LookupError):
        return _left_out(content, "a form that cannot be read")
    fields: list[dict[str, Any]] = []
    for part, value in parts:
        name = part.name or ""
        shown = (
            name if is_name(name.replace("[", "").replace("]", "")) else sanitiser.text(name, place)
        )
        if part.filename is None:
            inner = replace(place, name=name.rpartition("[")[2].rstrip("]"))
            text = sanitiser.text(value.decode("utf-8", "backslashreplace"), inner)
            fields.append({"name": shown, "value": text})
        else:
            fields.append({"name": shown, "type": _plain_type(part.content_type), **_facts(value)})
    return _fitting("form", fields)


def _plain_type(kind: str | None) -> str:
    return (
        kind if kind and len(kind) < 60 and kind.replace("/", "").replace("-", "").isalnum() else ""
    )


def _no_json(content: bytes, kind: str, place: Place, sanitiser: Sanitiser) -> Kept:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if place.sent:
        is_form = kind == _URLENCODED and text is not None
        return (
            _fitting("text", sanitiser.target(f"?{text}", place)[1:])
            if is_form
            else _left_out(content, "a body that is neither JSON nor a form")
        )
    if text is not None and (kind.startswith(_TEXTS) or kind in ("", JSON)):
        return _fitting("text", sanitiser.message(text))
    if sanitiser.texts.are_in(content):
        return _left_out(content, "it repeats a text of a request")
    shown = sanitiser.keys.take_out_of_bytes(content)
    return _blob(shown, {})


def _fitting(form: str, value: Any) -> Kept:
    """A body in its line, or as a blob where it is long."""
    text = value if form == "text" else as_json(value)
    if len(text) <= LONGEST_LINE_BODY:
        return Kept({form: value})
    return _blob(text.encode("utf-8", "backslashreplace"), {"form_of_blob": form})


def as_json(value: Any) -> str:
    """A value as compact JSON; lone surrogates, which UTF-8 cannot hold, stay escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def _blob(content: bytes, form: Mapping[str, str]) -> Kept:
    digest = sha256(content).hexdigest()
    return Kept({"blob": digest, "size": len(content), **form}, content)


def _left_out(content: bytes, why: str) -> Kept:
    return Kept({"left_out": why, **_facts(content)})


def _facts(content: bytes) -> dict[str, Any]:
    return {"size": len(content), "sha256": sha256(content).hexdigest()}
