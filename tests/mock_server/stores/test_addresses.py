"""Addresses of stores and keys: what would silently mean something else is refused at the start."""

from pathlib import Path

import pytest

from mock_server.cli.keys_file import KeysError, read_keys
from mock_server.stores import StoreError, open_store
from mock_server.stores.redis.address import read_address

REDIS = {
    "two ports": ("redis://host:6379:6380/0", "port is invalid"),
    "a database that is no number": ("redis://host:6379/one", "database is not a number"),
    "a negative database": ("redis://host:6379/-1", "database is not a number"),
    "two databases": ("redis://host:6379/0/1", "database is not a number"),
    "a database as an option": ("redis://host:6379/0?db=1", "'db'"),
    "a misspelt option": ("rediss://host/0?ssl_cert_req=none", "'ssl_cert_req'"),
    "options of TLS without it": ("redis://host/0?ssl_cert_reqs=none", "rediss://"),
    "an option twice": ("rediss://host/0?ssl_keyfile=a&ssl_keyfile=b", "twice"),
    "no host": ("redis:///0", "names no host"),
    "an empty host": ("redis://:6379/0", "names no host"),
    "an empty port": ("redis://host:/0", "colon without a port"),
    "port nought": ("redis://host:0/0", "colon without a port"),
    "a port too high": ("redis://host:99999/0", "port is invalid"),
    "a port that is a word": ("redis://host:port/0", "port is invalid"),
    "a password with a slash": ("redis://user:12/secret@host:6379/0", "contains a / ? or #"),
    "a password with a question mark": (
        "redis://user:12?secret@host:6379/0",
        "contains a / ? or #",
    ),
    "a password with a number sign": ("redis://user:12#secret@host:6379/0", "contains a / ? or #"),
    "a password with a bracket": ("redis://:[secret@host:6379/0", "port is invalid"),
    "a password with a bare percent": ("redis://:100%secret@host:6379/0", "not followed by two"),
    "a password that is no UTF-8": ("redis://:secret%ff@host:6379/0", "not UTF-8"),
    "a user without a password": ("redis://secret@host:6379/0", "no password"),
    "a blank": ("redis://ho st:6379/0", "a space"),
    "a line end": ("redis://host:6379/0\n", "control character"),
    "a fragment": ("redis://host:6379/0#1", "#"),
}


@pytest.mark.parametrize(("address", "why"), REDIS.values(), ids=REDIS)
def test_an_address_of_another_redis_is_refused(address: str, why: str) -> None:
    """The client would take each of these for something else; no password is repeated."""
    with pytest.raises(StoreError, match=r"--store redis://.*invalid address: .*; ") as refused:
        open_store(address)

    assert why in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("redis://host", "host:6379"),
        ("redis://host/", "host:6379"),
        ("redis://host:7000/15", "host:7000"),
        ("redis://:p%40ss%2Fword@host:7000/0", "host:7000"),
        ("redis://user:p@ss@host", "host:6379"),
        ("rediss://user:pass@[::1]:7000/0?ssl_cert_reqs=none&ssl_ca_certs=ca.pem", "::1:7000"),
    ],
)
def test_an_address_that_means_what_it_says_is_taken(address: str, place: str) -> None:
    """User, password, port, database and the options of TLS are all understood."""
    assert read_address(address).place == place


OTHERS = {
    "a host in the place of a folder": ("sqlite://jobs.db", "three slashes"),
    "a host and a path": ("sqlite://folder/jobs.db", "three slashes"),
    "no slashes": ("sqlite:jobs.db", "three slashes"),
    "one slash": ("sqlite:/jobs.db", "three slashes"),
    "no name": ("sqlite:///", "does not name a file"),
    "memory of SQLite": ("sqlite:///:memory:", "does not name a file"),
    "a folder": ("sqlite:////", "does not name a file"),
    "an option": ("sqlite:///jobs.db?mode=ro", "options, which are not"),
    "a home": ("sqlite:///~/jobs.db", "~"),
    "a blank at the end": ("sqlite:///jobs.db ", "space at an end"),
    "a zero": ("sqlite:///jo\0bs.db", "control character"),
    "a missing slash": ("redis:/user:secret@host", "no such store"),
    "no slash": ("redis:host:6379", "no such store"),
    "a misspelt kind": ("reddis://:secret@host", "no such store"),
    "another case": ("Memory", "no such store"),
    "nothing": ("", "no such store"),
}


@pytest.mark.parametrize(("address", "why"), OTHERS.values(), ids=OTHERS)
def test_an_address_of_no_store_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, why: str
) -> None:
    """The error says why, and what to write; no file is created, and no password repeated."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match="--store") as refused:
        open_store(address)

    assert why in str(refused.value)
    assert "sqlite:///" in str(refused.value)
    assert "secret" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


UNSENDABLE = ("\x00", "\x0b", "\x1c", "\x85", "\x7f", "\xad", "é", "к", "\u202e")


@pytest.mark.parametrize("letter", UNSENDABLE, ids=ascii)
def test_a_key_that_no_client_can_send_is_refused(tmp_path: Path, letter: str) -> None:
    """The line and the reason are named, and the key is not shown."""
    path = tmp_path / "keys.txt"
    path.write_text(f"sk-good\nsk-{letter}secret\n", encoding="utf-8")
    with pytest.raises(KeysError, match=r"keys.txt:2: .*printable ASCII|is zero") as refused:
        read_keys(path)

    assert "secret" not in str(refused.value)


def test_keys_are_taken_whatever_the_line_ends_with(tmp_path: Path) -> None:
    """Blanks around a key and ends of lines of any kind do not belong to it."""
    path = tmp_path / "keys.txt"
    path.write_bytes(b"My key\r\n\tsk-plain \r\n# sk-no")

    assert read_keys(path) == {"My key", "sk-plain"}
