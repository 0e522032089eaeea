"""A character: a named look that prompts can refer to. Facts only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """One character of one tenant. ``source`` is the clip, job or upload it was cut from."""

    id: str
    tenant: str
    name: str
    created_ms: int
    source: str
