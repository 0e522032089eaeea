"""Reads a body within a limit and parses JSON and forms; every malformation is a client's error."""

import asyncio
import json
import re
from collections import Counter
from typing import Any

import orjson
from multipart import parse_options_header
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from mock_server.http.bodies.forms import parse_form
from mock_server.http.errors import (
    BODY_TOO_LARGE,
    INVALID_JSON,
    INVALID_TYPE,
    UNSUPPORTED_MEDIA_TYPE,
    ApiError,
)
from mock_server.http.exchange import Body
from mock_server.http.headers import header
from mock_server.http.limits import BodyLimits

_USUAL = BodyLimits()
JSON = "application/json"
FORM = "multipart/form-data"
# Bytes of a body that is read and parsed while everybody waits; a larger one is left to a thread.
LITTLE = 256 * 1024
# Up to the next bracket that is in no text; a text without an end goes to the end.
_TO_A_BRACKET = re.compile(
    rb'[^"{}\[\]]*+(?:"(?:[^"\\]++|\\.?)*+(?:"|\Z)[^"{}\[\]]*+)*+([{}\[\]])', re.DOTALL
)


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body, chunked or not.

    Raises:
        ApiError: 413 as soon as it is known to be over ``limit`` bytes, before it is read whole.
        ClientDisconnect: the caller left before it was complete.
    """
    declared = header(scope, b"content-length")
    if declared is not None and declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return await _joined(chunks, size)


async def _joined(chunks: list[bytes], size: int) -> bytes:
    if len(chunks) == 1:
        return chunks[0]
    # Python lets others run while it joins much, but not those in the same thread.
    return b"".join(chunks) if size <= LITTLE else await asyncio.to_thread(b"".join, chunks)


def _too_large(limit: int) -> ApiError:
    return ApiError(BODY_TOO_LARGE, f"The request body is over the limit of {limit} bytes.")


def media_type_of(scope: Scope, offered: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """The body's media type and its parameters.

    Raises:
        ApiError: 415 when it is missing or none of ``offered``.
    """
    raw = (header(scope, b"content-type") or b"").decode("latin-1")
    media_type, parameters = parse_options_header(raw)
    if media_type not in offered:
        got = f"'{media_type}'" if media_type else "missing"
        message = f"The Content-Type is {got}; this operation takes {' or '.join(offered)}."
        raise ApiError(UNSUPPORTED_MEDIA_TYPE, message)
    return media_type, parameters


def parse(
    media_type: str,
    parameters: dict[str, str],
    raw: bytes,
    limits: BodyLimits = _USUAL,
) -> Body:
    """The body's fields and files, within ``limits``.

    Raises:
        ApiError: 400 when the bytes are not what the media type says.
    """
    if media_type == FORM:
        return parse_form(raw, parameters.get("boundary", "").encode("latin-1"), limits)
    require_small_json(raw, limits)
    fields = _parse_json(raw, parameters.get("charset", "utf-8"))
    repeated = _repeated_keys(raw) if _may_repeat(raw, len(fields)) else frozenset()
    return Body(fields=fields, repeated=repeated)


def _may_repeat(raw: bytes, keys: int) -> bool:
    """Whether there are more colons than keys and addresses have, each of them one."""
    colons = raw.count(b":")
    return colons > keys and colons - raw.count(b"://") > keys


def require_small_json(raw: bytes, limits: BodyLimits) -> None:
    """Hold JSON to its limits before anything is made of it.

    Raises:
        ApiError: 400, it is nested too deeply or has too many values.
    """
    opened = raw.count(b"{") + raw.count(b"[")
    if len(raw) > limits.values and opened + raw.count(b",") > limits.values:
        raise ApiError(INVALID_JSON, f"The request body has more than {limits.values} values.")
    if opened > limits.depth and _deeper(raw, limits.depth):
        message = f"The request body is nested more than {limits.depth} levels deep."
        raise ApiError(INVALID_JSON, message)


def _deeper(raw: bytes, limit: int) -> bool:
    """Whether the brackets outside of texts are nested more than so many levels deep."""
    level = place = 0
    # Not searched for: where there is no further bracket, a search would try at every byte.
    while found := _TO_A_BRACKET.match(raw, place):
        level += 1 if found[1] in b"{[" else -1
        if level > limit:
            return True
        place = found.end()
    return False


def without_empty_files(body: Body, names: frozenset[str]) -> Body:
    """The body without the file fields that were left empty, as browsers send them.

    A browser sends a file input nobody used as a file without name and content, or as empty text.
    """
    unused = {
        name
        for name in names
        if body.fields.get(name) == ""
        or (name in body.files and not (body.files[name].filename or body.files[name].body))
    }
    if not unused:
        return body
    fields = {name: value for name, value in body.fields.items() if name not in unused}
    files = {name: file for name, file in body.files.items() if name not in unused}
    return Body(fields, files, body.repeated)


def _parse_json(raw: bytes, charset: str) -> dict[str, Any]:
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise ApiError(INVALID_JSON, f"JSON is UTF-8; the request says charset={charset}.")
    if not raw.strip():
        raise ApiError(INVALID_JSON, "The request body is empty; a JSON object is required.")
    try:
        content = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise ApiError(INVALID_JSON, f"The request body is not valid JSON: {error}.") from error
    if not isinstance(content, dict):
        raise ApiError(INVALID_TYPE, "The request body must be a JSON object.")
    return content


def _repeated_keys(raw: bytes) -> frozenset[str]:
    """The keys that the outermost object has twice; orjson keeps the last without a word."""
    keys: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        # Called for inner objects first, so what stays is the outermost one's.
        keys[:] = [key for key, _ in pairs]

    try:
        json.loads(raw, object_pairs_hook=note)
    except RecursionError as error:
        raise ApiError(INVALID_JSON, "The request body is nested too deeply.") from error
    return frozenset(key for key, count in Counter(keys).items() if count > 1)
