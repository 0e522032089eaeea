"""Cassettes for tests, written from exchanges that are given."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from contract_tests.guard.keys import Keys
from contract_tests.recording.canary import Canary
from contract_tests.recording.cassette import Cassette, Facts
from contract_tests.recording.sanitiser import Sanitiser
from contract_tests.recording.writer import CassetteWriter
from contract_tests.wire.exchange import KEY, Exchange, Reply, Request
from tests.contract_tests.commands import CANARY
from tests.contract_tests.connections import CONTRACT

# 2026-11-28 09:00:00 in UTC.
START_S = 1_795_856_400
TARGET = "https://gateway.example"


def exchange(
    body: Any = None,
    request: Request | None = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    at_s: float = 0.0,
) -> Exchange:
    """An exchange ``at_s`` seconds after the start; ``body`` is sent as JSON unless it is bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"content-type": "application/json"} if headers is None else headers
    request = request or Request("GET", "/v1/videos/video_68e1f9d2aa0b81909a8f3b")
    operation = CONTRACT.match(request.method, request.path)
    return Exchange(
        1,
        request,
        Reply(status, tuple(given.items()), content),
        operation.id if operation else "",
        "J1",
        at_s=START_S + at_s,
    )


def sent(body: Any, path: str = "/v1/videos") -> Request:
    """A request with a JSON body."""
    kind = (("authorization", f"Bearer {KEY}"), ("content-type", "application/json"))
    return Request("POST", path, kind, json.dumps(body).encode())


def writer(folder: Path, *, keep_texts: bool = False, key: str = CANARY) -> CassetteWriter:
    """A writer whose target has a key."""
    keys = {KEY: key}
    sanitiser = Sanitiser(CONTRACT, TARGET, Keys(keys), START_S, keep_texts)
    facts = Facts(
        name=folder.name,
        command="record",
        target=TARGET,
        dialect="gateway",
        contract="0" * 64,
        started="2026-11-28T09:00:00+00:00",
    )
    return CassetteWriter.create(folder, facts, sanitiser, Canary.of(keys.values()))


def recorded(folder: Path, exchanges: Iterable[Exchange], *, keep_texts: bool = False) -> Cassette:
    """A complete cassette of some exchanges, read."""
    made = writer(folder, keep_texts=keep_texts)
    for each in exchanges:
        made.keep(each)
    made.close(jobs=0, usd=0.0, complete=True)
    return Cassette.open(folder)


def everything(folder: Path) -> bytes:
    """All that was written."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return b"\n".join(path.name.encode() + b"\n" + path.read_bytes() for path in files)
