"""One line that sends a request again."""

import base64
import shlex

from contract_tests.exchange import KEY, OTHER_KEY, Request
from contract_tests.targets import FUZZ_KEY, MACHINE_KEY

KEY_VARIABLE, OTHER_VARIABLE = "$GATEWAY_API_KEY", "$OTHER_API_KEY"
_VARIABLES = {
    FUZZ_KEY: KEY_VARIABLE,
    MACHINE_KEY: KEY_VARIABLE,
    OTHER_KEY: OTHER_VARIABLE,
    KEY: KEY_VARIABLE,
}
_LEFT_OUT = ("user-agent", "accept", "x-schemathesis-", "content-length")
_LONGEST = 4000


def curl(base_url: str, request: Request) -> str:
    """A line for a POSIX shell; the key is in an environment variable."""
    words = ["curl", "-sS", "-i"]
    if request.method == "HEAD":
        words.append("--head")
    elif request.method != "GET":
        words += ["-X", request.method]
    words.append(shlex.quote(base_url.rstrip("/") + request.target))
    for name, value in request.headers:
        if not name.lower().startswith(_LEFT_OUT):
            words += ["-H", _header(f"{name}: {value}")]
    return _with_body(" ".join(words), request.body)


def _header(text: str) -> str:
    for placeholder, variable in _VARIABLES.items():
        if text.endswith(placeholder):
            before = text.removesuffix(placeholder)
            return f'"{before}{variable}"'
    return shlex.quote(text)


def _with_body(line: str, body: bytes) -> str:
    if not body:
        return line
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if len(body) > _LONGEST:
        return f"{line} --data-binary @BODY  # BODY: {len(body)} bytes, in the HAR"
    if text and all(char.isprintable() for char in text):
        return f"{line} --data-binary {shlex.quote(text)}"
    packed = base64.b64encode(body).decode()
    return f"printf %s {packed} | base64 -d | {line} --data-binary @-"
