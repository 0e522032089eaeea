"""Parses the address of a Redis server and refuses what the client would misread.

The client reads a database that is not a number as the first one and a password with a slash as a
host, and it ignores unknown options.
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote_to_bytes, urlsplit

from mock_server.stores.protocol import StoreError

FORM = "write redis://HOST:PORT/DB, or redis://USER:PASSWORD@HOST:PORT/DB"
_PORT = 6379
_OPTIONS = ("ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_check_hostname", "ssl_keyfile")
_ENCODED = "write %2F for /, %3F for ?, %23 for #, %40 for @ and %25 for % in a user or a password"


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """A valid address; ``place`` is its host and port, without the password."""

    text: str
    place: str


def read_address(text: str) -> RedisAddress:
    """Parse an address.

    Raises:
        StoreError: the address is invalid. The message does not repeat it, because it may contain
            a password.
    """
    if not text.isprintable() or " " in text:
        raise _refused("it contains a space or a control character", _ENCODED)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _refused("its host or its port is invalid", f"{FORM}; {_ENCODED}") from error
    for refused in (_host_problem, _secret_problem, _database_problem, _options_problem):
        refused(parts)
    return RedisAddress(text, f"{host}:{port or _PORT}")


def _host_problem(parts: SplitResult) -> None:
    if not parts.hostname:
        raise _refused("it names no host", "write redis://127.0.0.1:6379/0 for this machine")
    if parts.port == 0 or parts.netloc.endswith(":"):
        raise _refused("it has a colon without a port", FORM)


def _secret_problem(parts: SplitResult) -> None:
    if any("@" in part for part in (parts.path, parts.query, parts.fragment)):
        raise _refused("its user or password contains a / ? or #", _ENCODED)
    secret, at, _ = parts.netloc.rpartition("@")
    if not at:
        return
    if parts.password is None:
        raise _refused("it has a user but no password", "write redis://:PASSWORD@HOST, or USER:")
    if re.search("%(?![0-9a-fA-F]{2})", secret):
        raise _refused(
            "a % in its user or password is not followed by two hexadecimal digits", _ENCODED
        )
    try:
        unquote_to_bytes(secret).decode()
    except UnicodeDecodeError as error:
        raise _refused("its user or password is not UTF-8 after decoding", _ENCODED) from error


def _database_problem(parts: SplitResult) -> None:
    if not re.fullmatch("/?|/[0-9]{1,9}", parts.path, flags=re.ASCII):
        raise _refused("its database is not a number", "write one as in redis://HOST:PORT/0")
    if parts.fragment:
        raise _refused("it contains a #", _ENCODED)


def _options_problem(parts: SplitResult) -> None:
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if unknown := sorted(set(names) - set(_OPTIONS)):
        shown = ", ".join(repr(name[:40]) for name in unknown[:5])
        why = f"it has unknown options: {shown}"
        raise _refused(
            why, f"known options are {', '.join(_OPTIONS)}; the database belongs in the path"
        )
    if len(set(names)) < len(names):
        raise _refused("it has an option twice", "remove one")
    if names and parts.scheme != "rediss":
        raise _refused("its options are for TLS", "write rediss://HOST:PORT/DB")


def _refused(why: str, remedy: str) -> StoreError:
    return StoreError(f"--store redis://...: invalid address: {why}; {remedy}")
