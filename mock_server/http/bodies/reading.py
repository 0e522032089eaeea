"""Reads request bodies within limits, and parses JSON and forms."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from zlib import crc32

import orjson
from multipart import parse_options_header
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from mock_server.http.bodies.forms import parse_form
from mock_server.http.errors import (
    BODY_TOO_LARGE,
    INVALID_JSON,
    INVALID_TYPE,
    UNSUPPORTED_MEDIA_TYPE,
    ApiError,
)
from mock_server.http.exchange import Body, Exchange, Upload
from mock_server.http.limits import BodyLimits

_USUAL = BodyLimits()
JSON = "application/json"
FORM = "multipart/form-data"
# Bytes of a body that is parsed in the event loop; a larger one is parsed in a thread.
LITTLE = 256 * 1024
_DIGEST_BYTES = 8
# Everything up to the next bracket outside of a text; an unterminated text goes to the end.
_TO_A_BRACKET = re.compile(
    rb'[^"{}\[\]]*+(?:"(?:[^"\\]++|\\.?)*+(?:"|\Z)[^"{}\[\]]*+)*+([{}\[\]])', re.DOTALL
)


async def read_body(exchange: Exchange, receive: Receive, limit: int) -> bytes:
    """The whole body, chunked or not.

    Raises:
        ApiError: 413, as soon as it is known to exceed ``limit`` bytes.
        ClientDisconnect: the client disconnected before it was complete.
    """
    declared = exchange.header(b"content-length")
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
    # Joining much in the event loop would block it.
    return b"".join(chunks) if size <= LITTLE else await asyncio.to_thread(b"".join, chunks)


def _too_large(limit: int) -> ApiError:
    return ApiError(BODY_TOO_LARGE, f"The request body is over the limit of {limit} bytes.")


def media_type_of(exchange: Exchange, offered: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """The body's media type and its parameters.

    Raises:
        ApiError: 415, it is missing or not one of ``offered``.
    """
    raw = (exchange.header(b"content-type") or b"").decode("latin-1")
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
        ApiError: 400, the body is not valid, or exceeds a limit.
    """
    if media_type == FORM:
        body = parse_form(raw, parameters.get("boundary", "").encode("latin-1"), limits)
        return Body(body.fields, body.files, body.repeated, _digest(body.fields, body.files))
    require_small_json(raw, limits)
    fields = _parse_json(raw, parameters.get("charset", "utf-8"))
    repeated = _repeated_keys(raw) if _may_repeat(raw, len(fields)) else frozenset()
    return Body(fields=fields, repeated=repeated, digest=_digest(fields, {}))


def _digest(fields: Mapping[str, Any], files: Mapping[str, Upload]) -> str:
    contents = {name: (len(file.body), crc32(file.body)) for name, file in files.items()}
    facts = orjson.dumps((fields, contents), option=orjson.OPT_SORT_KEYS)
    return blake2b(facts, digest_size=_DIGEST_BYTES).hexdigest()


def _may_repeat(raw: bytes, keys: int) -> bool:
    """Whether there are more colons than those of the keys and of URLs."""
    colons = raw.count(b":")
    return colons > keys and colons - raw.count(b"://") > keys


def require_small_json(raw: bytes, limits: BodyLimits) -> None:
    """Check the limits of JSON before it is parsed.

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
    """Whether brackets outside of texts are nested deeper than ``limit``."""
    level = place = 0
    # With `search` a text without a further bracket would be tried at every byte.
    while found := _TO_A_BRACKET.match(raw, place):
        level += 1 if found[1] in b"{[" else -1
        if level > limit:
            return True
        place = found.end()
    return False


def without_empty_files(body: Body, names: frozenset[str]) -> Body:
    """The body without unused file inputs.

    Browsers send these as a file without name and content, or as an empty text.
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
    return Body(fields, files, body.repeated, body.digest)


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
    """The keys that the outermost object has twice, of which orjson keeps the last."""
    keys: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        # Called for inner objects first, so the last call is for the outermost.
        keys[:] = [key for key, _ in pairs]

    try:
        json.loads(raw, object_pairs_hook=note)
    except RecursionError as error:
        raise ApiError(INVALID_JSON, "The request body is nested too deeply.") from error
    return frozenset(key for key, count in Counter(keys).items() if count > 1)
