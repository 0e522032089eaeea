"""Bodies and requests for the documented variants, the same bytes on every run."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract_tests.wire.exchange import BEARER, Request
from openapi.contract.requests import FORM, RequestVariant
from openapi.contract.schemas import Schema

# The smallest PNG, and the start of an MP4 file.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"
# Fixed, so that the same body is the same bytes; no sample contains it.
BOUNDARY = "contract-tests-7d1f"
# Values of fields that have a pattern and no example in the contract.
_PLAIN: Mapping[str, Any] = {
    "prompt": "A calico cat playing a piano",
    "name": "Calico",
    "character_url": "https://example.com/cat.mp4",
    "character_timestamps": "1,3",
    "timestamps": "1,3",
    "url": "https://example.com/cat.mp4",
}
_DATA_URL = "data:image/png;base64," + base64.b64encode(PNG).decode()


@dataclass(frozen=True, slots=True)
class File:
    """A file for a form's field."""

    content: bytes = PNG
    media_type: str = "image/png"
    filename: str = "scene.png"


VIDEO = File(MP4, "video/mp4", "clip.mp4")


def body_of(variant: RequestVariant, **set_fields: Any) -> dict[str, Any]:
    """A documented value for every required field; ``set_fields`` are added or replace them.

    A field set to None is left out.
    """
    body = {name: sample(name, variant.fields.get(name, {})) for name in variant.required}
    merged = body | set_fields
    return {name: value for name, value in merged.items() if value is not None}


def request_of(
    variant: RequestVariant, body: Mapping[str, Any], path: str | None = None
) -> Request:
    """The request for a body, in the variant's media type; to its own path unless given one."""
    is_form = variant.media_type == FORM
    content = encode(body) if is_form else json.dumps(body).encode()
    kind = f"{FORM}; boundary={BOUNDARY}" if is_form else variant.media_type
    headers = (("authorization", BEARER), ("content-type", kind))
    return Request("POST", path or variant.path, headers, content)


def sample(name: str, schema: Schema) -> Any:
    """One documented value of a field; for a picture or a clip a real one."""
    if schema.get("format") == "binary":
        return VIDEO if name == "video" else File()
    if "ImageReference" in schema.get("$ref", ""):
        return _DATA_URL
    if "VideoReference" in schema.get("$ref", ""):
        return {"id": "video_placeholder"}
    if schema.get("type") == "array":
        return schema["items"].get("enum", [_DATA_URL])[:1]
    if schema.get("type") == "boolean":
        # A private video cannot be remixed.
        return name != "private"
    if "example" in schema:
        return schema["example"]
    return schema["enum"][0] if "enum" in schema else _PLAIN.get(name, "text")


def encode(fields: Mapping[str, Any] | Sequence[tuple[str, Any]]) -> bytes:
    """The bytes of a form; a ``File`` is sent as a file, every other value as text."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    parts = b"".join(_part(name, value) for name, value in pairs)
    return parts + f"--{BOUNDARY}--\r\n".encode()


def _part(name: str, value: Any) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    if isinstance(value, File):
        head += f'; filename="{value.filename}"\r\nContent-Type: {value.media_type}'
        return f"{head}\r\n\r\n".encode() + value.content + b"\r\n"
    text = value if isinstance(value, str) else json.dumps(value)
    return f"{head}\r\n\r\n{text}\r\n".encode()
