"""Puts stand-ins in the place of a cassette's references, so that its exchanges can be examined."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from contract_tests.contract.bodies import BOUNDARY, File, encode
from contract_tests.recording import times
from contract_tests.recording.references import NUMBER, REFERENCE, stand_in
from contract_tests.wire.exchange import Exchange, Headers, Reply, Request
from openapi.contract.requests import FORM

# What is no id keeps its reference: a number in the place of an address would be no address.
_KEPT = frozenset({"url", "email", "ip", "host", "number"})
Blobs = Callable[[str], bytes]


@dataclass
class Filler:
    """The stand-ins of one cassette; ``start_s`` is when it started, in seconds since 1970."""

    start_s: float
    shapes: dict[str, str] = field(default_factory=dict)
    _values: dict[str, Any] = field(default_factory=dict)

    def learn(self, shapes: Mapping[str, str], at_s: float) -> None:
        """Take the shapes of further references, which an exchange at ``at_s`` brought."""
        for name, shape in shapes.items():
            self.shapes[name] = shape
            if name.partition(":")[0] in _KEPT:
                continue
            if shape.startswith(NUMBER):
                digits = shape.removeprefix(NUMBER)
                count = int(digits) if digits.isdecimal() and len(digits) < 3 else 1
                self._values[name] = 10 ** (count - 1) + int(name.rpartition(":")[2])
            else:
                self._values[name] = stand_in(name, shape, self.start_s + at_s)

    def exchange(self, line: Mapping[str, Any], blobs: Blobs) -> Exchange:
        """The exchange of a line."""
        sent, got = line["request"], line.get("reply")
        request = Request(
            sent["method"],
            self._text(sent["target"]),
            self._headers(sent["headers"]),
            self._body(sent["body"], blobs),
        )
        trouble = line.get("trouble", "")
        reply = None
        if got is not None:
            reply = Reply(
                got["status"],
                self._headers(got["headers"]),
                self._body(got["body"], blobs),
                elapsed_s=got["elapsed"],
                first_s=got["first"],
                undecoded=trouble,
            )
        return Exchange(
            number=line["n"],
            request=request,
            reply_or_none=reply,
            operation=line["operation"],
            sender=line["sender"],
            trouble="" if reply else trouble,
            at_s=self.start_s + line["at"],
        )

    def _headers(self, headers: list[list[str]]) -> Headers:
        return tuple((name, self._header(name, value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        return (
            f"{FORM}; boundary={BOUNDARY}"
            if (name, value) == ("content-type", FORM)
            else self._text(value)
        )

    def _body(self, body: Mapping[str, Any] | None, blobs: Blobs) -> bytes:
        if body is None or "left_out" in body:
            return b""
        if "blob" in body:
            content = blobs(body["blob"])
            form = body.get("form_of_blob")
            if form is None:
                return content
            text = content.decode("utf-8", "replace")
            body = {form: text if form == "text" else json.loads(text)}
        if "form" in body:
            return encode([self._part(each) for each in body["form"]])
        if "json" in body:
            return json.dumps(self._value(body["json"], None), ensure_ascii=False).encode(
                "utf-8", "backslashreplace"
            )
        return self._text(body.get("text", "")).encode("utf-8", "backslashreplace")

    def _part(self, part: Mapping[str, Any]) -> tuple[str, Any]:
        if "value" in part:
            return self._text(part["name"]), self._text(part["value"])
        return self._text(part["name"]), File(b"", part.get("type", ""), "file")

    def _value(self, value: Any, created: Decimal | None) -> Any:
        if isinstance(value, dict):
            own = self._created(value)
            created = created if own is None else own
            return {self._text(name): self._value(each, created) for name, each in value.items()}
        if isinstance(value, list):
            return [self._value(each, created) for each in value]
        return self._string(value, created) if isinstance(value, str) else value

    def _created(self, value: Mapping[str, Any]) -> Decimal | None:
        """When an object was created, by its own field for that."""
        for name, each in value.items():
            if times.is_creation_name(name) and isinstance(each, str):
                found = times.TIME.fullmatch(each)
                if found and found[1] == times.START:
                    return Decimal(str(self.start_s)) + Decimal(found[2])
        return None

    def _string(self, text: str, created: Decimal | None) -> Any:
        """A string; a reference to a number or a time gives one of its kind."""
        found = REFERENCE.fullmatch(text)
        if found:
            return self._values.get(f"{found[1]}:{found[2]}", text)
        found = times.TIME.fullmatch(text)
        if not found:
            return self._text(text)
        since = Decimal(str(self.start_s)) if found[1] == times.START else created
        try:
            return text if since is None else times.resolved(found, since)
        except (ValueError, OverflowError):
            return text

    def _text(self, text: str) -> str:
        def value(found: re.Match[str]) -> str:
            return str(self._values.get(f"{found[1]}:{found[2]}", found[0]))

        filled = times.TIME.fullmatch(text)
        return str(self._string(text, None)) if filled else REFERENCE.sub(value, text)
