"""One line that sends a request again."""

import base64
import re
import shlex

from contract_tests.targets.target import FUZZ_KEY, MACHINE_KEY
from contract_tests.wire.exchange import KEY, OTHER_KEY, Request

KEY_VARIABLE, OTHER_VARIABLE = "$GATEWAY_API_KEY", "$OTHER_API_KEY"
_VARIABLES = {
    FUZZ_KEY: KEY_VARIABLE,
    MACHINE_KEY: KEY_VARIABLE,
    OTHER_KEY: OTHER_VARIABLE,
    KEY: KEY_VARIABLE,
}
_LEFT_OUT = ("user-agent", "accept", "x-schemathesis-", "content-length")
_LONGEST = 4000
# What printf, or the quotes around its format, would read as something else.
_OTHERS = re.compile(rb"[^ -~]|[%'\\]")


def curl(base_url: str, request: Request) -> str:
    """A line for any POSIX shell; the key is in an environment variable.

    ``-g`` keeps curl from reading brackets in the address as patterns of more addresses.
    """
    words = ["curl", "-g", "-sS", "-i"]
    if request.method == "HEAD":
        words.append("--head")
    elif request.method != "GET":
        words += ["-X", request.method]
    words.append(_quoted(base_url.rstrip("/") + request.target))
    for name, value in request.headers:
        if not name.lower().startswith(_LEFT_OUT):
            words += ["-H", _header(name, value)]
    return _with_body(" ".join(words), request.body)


def _header(name: str, value: str) -> str:
    # With a semicolon curl sends a header that is empty; with a colon it leaves it out.
    text = f"{name}: {value}" if value.strip() else f"{name};"
    for placeholder, variable in _VARIABLES.items():
        if name.lower() == "authorization" and text.endswith(placeholder):
            return f'{_quoted(text.removesuffix(placeholder))}"{variable}"'
    return _quoted(text)


def _quoted(text: str) -> str:
    """A text as one word; where it is more than ASCII to read, the bytes that are sent."""
    if text.isascii() and text.isprintable():
        return shlex.quote(text)
    sent = text.encode("latin-1", "backslashreplace")
    return f"\"$(printf '{_OTHERS.sub(_octal, sent).decode()}')\""


def _octal(found: re.Match[bytes]) -> bytes:
    return b"\\%03o" % found[0][0]


def _with_body(line: str, body: bytes) -> str:
    if not body:
        return line
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if len(body) > _LONGEST:
        return f"{line} --data-binary @BODY  # BODY: {len(body)} bytes, in the HAR"
    # curl takes what follows an @ for the name of a file.
    if text and not text.startswith("@") and text.isprintable():
        return f"{line} --data-binary {shlex.quote(text)}"
    packed = base64.b64encode(body).decode()
    return f"printf %s {packed} | base64 -d | {line} --data-binary @-"
