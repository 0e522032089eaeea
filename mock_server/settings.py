"""What a server is started with; the only module that may read the environment."""

from dataclasses import dataclass
from pathlib import Path

import openapi

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DIALECTS = ("gateway",)
# A day is 270 years: timestamps stay within what dates and clients can hold.
FASTEST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be chosen about one server.

    ``speed`` is clock seconds a real second; ``max_body`` and ``media_cache`` are bytes; ``seed``
    makes ids repeatable; ``keys`` of None takes any non-empty key.
    """

    contract: Path = openapi.CONTRACT
    models: Path = openapi.MODELS
    keys: frozenset[str] | None = None
    store: str = "memory"
    dialect: str = "gateway"
    speed: float = 1.0
    max_body: int = 32 * 1024 * 1024
    media_cache: int = 64 * 1024 * 1024
    render_workers: int = 1
    seed: int | None = None
    validate_responses: bool = False
    scenario: str = "happy"
    scenarios: tuple[Path, ...] = ()
