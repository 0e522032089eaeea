"""Where a request can say a word, as data: for the documentation and for whoever lists them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One place; of two that ask for the same, the one that stands first in the list counts."""

    name: str
    form: str
    example: str
    reach: str


PLACES = (
    Place("header", "Prefer: code=STATUS", "Prefer: code=429", "that request"),
    Place("header", "Prefer: scenario=NAME", "Prefer: scenario=stuck_at_99", "that create"),
    Place("header", "Prefer: fault=KIND", "Prefer: fault=truncated", "that request"),
    Place("prompt", "mock:WORD", "A cat mock:fails_at_60", "that create"),
    Place("model", "MODEL+WORD", "sora-2+model_retired", "that create"),
    Place("key", "KEY+WORD", "sk-anything+503", "requests with that key; the world is KEY's"),
)
