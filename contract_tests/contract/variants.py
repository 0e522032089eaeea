"""The documented requests that make something, and bodies for them."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract_tests.contract.samples import MP4, PNG
from contract_tests.wire.exchange import BEARER, Request
from openapi.coverage.inferred import shown_values

FORM = "multipart/form-data"
JSON = "application/json"
# Fixed, so that the same body is the same bytes; no sample holds it.
BOUNDARY = "contract-tests-7d1f"
# What stands for text that the contract describes by a pattern and shows no example of.
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


@dataclass(frozen=True)
class RequestVariant:
    """One documented request of one operation in one media type.

    ``name`` is the documentation page's, or the schema's where no page has it.
    """

    name: str
    component: str
    operation: str
    path: str
    media_type: str
    schema: Mapping[str, Any]
    source: str
    standing: str

    @property
    def fields(self) -> Mapping[str, Mapping[str, Any]]:
        """The schemas of its fields."""
        found: Mapping[str, Mapping[str, Any]] = self.schema.get("properties", {})
        return found

    @property
    def required(self) -> Sequence[str]:
        """The fields that must be sent; of several choices, those of the first."""
        choice: Mapping[str, Any] = next(iter(self.schema.get("oneOf", ())), {})
        return (*self.schema.get("required", ()), *choice.get("required", ()))

    @property
    def models(self) -> Sequence[str]:
        """The models it is documented for; empty when it names none."""
        return tuple(self.fields.get("model", {}).get("enum", ()))

    def shown(self, field: str) -> Sequence[Any]:
        """The values listed for a field, without those that only the model catalogue adds."""
        return shown_values(self.fields.get(field, {}))

    @property
    def family(self) -> str:
        """``unified`` or ``videos``: who speaks of the job that it makes."""
        return "unified" if self.operation == "createUnifiedVideo" else "videos"

    def body(self, **set_fields: Any) -> dict[str, Any]:
        """A documented value for every required field; ``set_fields`` are added or replace them.

        A field set to None is left out.
        """
        body = {name: sample(name, self.fields.get(name, {})) for name in self.required}
        merged = body | set_fields
        return {name: value for name, value in merged.items() if value is not None}

    def source_of(self, field: str, keyword: str) -> str:
        """Where it is written that a field obeys ``keyword`` (``required``: that it is needed)."""
        if keyword == "required":
            return str(self.schema.get("x-sources", {}).get("required", self.source))
        schema = self.fields.get(field, {})
        if keyword == "enum" and (named := schema.get("x-enum-sources")):
            # Those of a page or a specification first; what is inferred names its standing last.
            return str(min(named.values(), key=lambda source: source.endswith("(inferred)")))
        exact = schema.get("x-sources", {}).get(keyword)
        return str(exact or schema.get("x-source") or self.source)

    def request(self, body: Mapping[str, Any], path: str | None = None) -> Request:
        """The request for a body, in this variant's media type."""
        content = encode(body) if self.media_type == FORM else json.dumps(body).encode()
        kind = f"{FORM}; boundary={BOUNDARY}" if self.media_type == FORM else self.media_type
        headers = (("authorization", BEARER), ("content-type", kind))
        return Request("POST", path or self.path, headers, content)


def sample(name: str, schema: Mapping[str, Any]) -> Any:
    """One documented value of a field: real where it is a picture or a clip."""
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
    """A form's bytes; a ``File`` goes as a file, all else as text."""
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
