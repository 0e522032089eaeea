"""Requests as text that can be pasted: into a shell, a script, a test.

Keys are nowhere recorded, so each snippet reads the key from the environment.
"""

import shlex
from collections.abc import Iterator, Mapping
from pprint import pformat
from typing import Any

import orjson

KEY = "VIDEO_API_KEY"
_WIDTH = 88


def as_curl(request: Mapping[str, Any], address: str) -> str:
    """A command that sends the request again; files must lie in the current folder."""
    parts = [f"curl -X {request['method']} {shlex.quote(_url(request, address))}"]
    parts.append(f'-H "Authorization: Bearer ${KEY}"')
    parts += _body(request)
    return " \\\n  ".join(parts)


def as_python(request: Mapping[str, Any], address: str) -> str:
    """A script that sends the request again."""
    lines = ["import os", "import httpx", "", "response = httpx.request("]
    lines += [f"    {request['method']!r},", f"    {_url(request, address)!r},"]
    lines.append(f"    headers={{'Authorization': f\"Bearer {{os.environ['{KEY}']}}\"}},")
    fields, files = request["fields"], request["files"]
    if fields:
        name = "data" if files else "json"
        lines.append(f"    {name}={_literal(fields)},")
    if files:
        opened = [
            f"        {name!r}: ({file['filename']!r}, open({file['filename']!r}, 'rb'), "
            f"{file['content_type']!r}),"
            for name, file in files.items()
        ]
        lines += ["    files={", *opened, "    },"]
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
    query = f"?{request['query']}" if request["query"] else ""
    return f"{address}{request['path']}{query}"


def _body(request: Mapping[str, Any]) -> Iterator[str]:
    fields, files = request["fields"], request["files"]
    if not files:
        if fields:
            yield f"--json {shlex.quote(orjson.dumps(fields).decode())}"
        return
    for name, value in fields.items():
        yield f"--form-string {shlex.quote(f'{name}={_plain(value)}')}"
    for name, file in files.items():
        text = f"{name}=@{file['filename']};type={file['content_type']}"
        yield f"-F {shlex.quote(text)}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _literal(value: Any) -> str:
    lines = pformat(value, width=_WIDTH, sort_dicts=False).splitlines()
    return "\n    ".join(lines)
