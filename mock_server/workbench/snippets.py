"""Requests as text that can be pasted: into a shell, a script, a test.

Keys are nowhere recorded, so each snippet reads the key from the environment.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from pprint import pformat
from typing import Any
from urllib.parse import quote

import orjson

KEY = "VIDEO_API_KEY"
_WIDTH = 88
_FORM = "multipart/form-data"
# Of the headers that the journal keeps, those that every client sends in its own way.
_OF_CLIENT = re.compile(r"accept.*|content-.*|user-agent|x-stainless-.*|x-(client-)?request-id")
_REDACTED = "[redacted]"
_PLAIN_NAME = re.compile(r"[\w.-]*\w[\w.-]*")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


def as_curl(request: Mapping[str, Any], address: str) -> str:
    """A command that sends the request again; files must lie in the current folder."""
    method = request["method"]
    # With `-X HEAD` curl would wait for a body.
    verb = "--head" if method == "HEAD" else f"-X {shlex.quote(method)}"
    parts = [f"curl {verb} {shlex.quote(_url(request, address))}"]
    parts.append(f'-H "Authorization: Bearer ${KEY}"')
    parts += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in _headers(request)]
    parts += _body(request)
    return " \\\n  ".join(parts)


def as_python(request: Mapping[str, Any], address: str) -> str:
    """A script that sends the request again."""
    lines = ["import os", *(["from pathlib import Path"] if request["files"] else [])]
    lines += ["", "import httpx", "", "response = httpx.request("]
    lines += [f"    {request['method']!r},", f"    {_url(request, address)!r},"]
    more = "".join(f", {name!r}: {value!r}" for name, value in _headers(request))
    lines.append(f"    headers={{'Authorization': f\"Bearer {{os.environ['{KEY}']}}\"{more}}},")
    fields = request["fields"]
    if _is_form(request):
        parts = [f"{name!r}: (None, {_plain(value)!r})" for name, value in fields.items()]
        parts += [_opened(name, file) for name, file in request["files"].items()]
        lines += ["    files={", *(f"        {part}," for part in parts), "    },"]
    elif fields:
        lines.append(f"    json={_literal(fields)},")
    return "\n".join([*lines, ")", "print(response.status_code, response.text)"])


def as_verification(request: Mapping[str, Any]) -> str:
    """A line of a test, for the fixture ``video_gateway``, that finds such requests."""
    names = ("operation",) if request["operation"] else ("method", "path")
    known = {name: request[name] for name in (*names, "status", "code")}
    model = request["fields"].get("model")
    found = {**known, "model": model if isinstance(model, str) else None}
    arguments = ", ".join(f"{name}={value!r}" for name, value in found.items() if value is not None)
    return f"video_gateway.verify({arguments}, exactly=1)"


def _url(request: Mapping[str, Any], address: str) -> str:
    # curl would read brackets as a set of addresses.
    path = quote(request["path"], safe="/:@!$&'()*+,;=~")
    query = quote(request["query"], safe="/:@!$&'()*+,;=~?%")
    return f"{address}{path}?{query}" if query else f"{address}{path}"


def _headers(request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The headers that made this request different from others."""
    for name, value in request["headers"].items():
        if not _OF_CLIENT.fullmatch(name) and value != _REDACTED:
            yield name, value


def _is_form(request: Mapping[str, Any]) -> bool:
    sent_as = request["headers"].get("content-type", "")
    return bool(request["files"] or (request["fields"] and sent_as.startswith(_FORM)))


def _body(request: Mapping[str, Any]) -> Iterator[str]:
    fields = request["fields"]
    if _is_form(request):
        for name, value in fields.items():
            yield f"--form-string {shlex.quote(f'{name}={_plain(value)}')}"
        for name, file in request["files"].items():
            kind = f";type={file['content_type']}" if _TYPE.fullmatch(file["content_type"]) else ""
            yield f"-F {shlex.quote(f'{name}=@{_quoted(_name(name, file))}{kind}')}"
    elif fields:
        yield f"--json {shlex.quote(orjson.dumps(fields).decode())}"


def _name(field: str, file: Mapping[str, Any]) -> str:
    """The name of a file in the current folder, whatever path a client has sent."""
    return re.split(r"[/\\]", file["filename"])[-1] or field


def _quoted(name: str) -> str:
    """A name of a file as curl reads it in a form."""
    if _PLAIN_NAME.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"./{escaped}"'


def _opened(field: str, file: Mapping[str, Any]) -> str:
    name = _name(field, file)
    kind = f", {file['content_type']!r}" if file["content_type"] else ""
    return f"{field!r}: ({name!r}, Path({name!r}).read_bytes(){kind})"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _literal(value: Any) -> str:
    lines = pformat(value, width=_WIDTH, sort_dicts=False).splitlines()
    return "\n    ".join(lines)
