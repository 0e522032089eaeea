"""What a load is: a request, how hard it is sent, and what came of a round of it."""

from collections.abc import Mapping
from dataclasses import dataclass

GRACE_S = 30


class LoadError(Exception):
    """An answer that is no success: what was measured means nothing."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, sent over and over, and the status that its answer has."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    answered: int = 200


@dataclass(frozen=True, slots=True)
class Pressure:
    """How long a round takes, and how many connections ask at the same time."""

    seconds: float
    connections: int


@dataclass(frozen=True, slots=True)
class Round:
    """Answers a second, the milliseconds within which half and 99 in 100 of them came, and all."""

    rate: float
    p50_ms: float
    p99_ms: float
    answers: int
