"""What a server is started with; the only module that may read the environment."""

from dataclasses import dataclass
from pathlib import Path

import openapi
from mock_server.domain.clock import REAL_TIME, Pace
from openapi.dialects import DEFAULT, names

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DIALECTS = names()
# A day is 270 years: timestamps stay within what dates and clients can hold.
FASTEST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be chosen about one server.

    ``pace`` is how every tenant's clock begins; ``max_body`` and ``media_cache`` are bytes;
    ``seed`` makes ids and chance repeatable; ``keys`` of None takes any non-empty key.
    ``scenario`` is a name or a mix (``happy=8,slow=1``); each of ``faults`` is written
    ``KIND setting=value ...``; ``dialects`` and ``scenarios`` are files with more of them.
    ``journal`` is how many requests are kept a tenant, without the values of the fields in
    ``redact``; ``admin_token`` of None makes one; ``cors`` are the web origins that may call.
    """

    contract: Path = openapi.CONTRACT
    models: Path = openapi.MODELS
    keys: frozenset[str] | None = None
    store: str = "memory"
    dialect: str = DEFAULT
    dialects: tuple[Path, ...] = ()
    pace: Pace = REAL_TIME
    max_body: int = 32 * 1024 * 1024
    media_cache: int = 64 * 1024 * 1024
    render_workers: int = 1
    seed: int | None = None
    validate_responses: bool = False
    scenario: str = "happy"
    scenarios: tuple[Path, ...] = ()
    faults: tuple[str, ...] = ()
    journal: int = 1000
    redact: frozenset[str] = frozenset()
    control: bool = True
    admin_token: str | None = None
    cors: tuple[str, ...] = ()
