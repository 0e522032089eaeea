"""One change between two contracts: what it is, where it is documented and whom it breaks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What happened to a part of a contract, most serious first.

    ``narrowed``: fewer values are valid than before. ``widened``: more values are. ``changed``:
    neither contains the other. ``reworded``: only a text that explains the part is another one.
    """

    REMOVED = "removed"
    NARROWED = "narrowed"
    CHANGED = "changed"
    RENAMED = "renamed"
    MOVED = "moved"
    WIDENED = "widened"
    ADDED = "added"
    REWORDED = "reworded"


class Direction(StrEnum):
    """Who sends the part that changed: a client (request) or the gateway (response)."""

    REQUEST = "request"
    RESPONSE = "response"


class Party(StrEnum):
    """Whose working code a change can break."""

    CLIENT = "client"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class Effect:
    """How a change alters the set of valid messages, no matter who sends them.

    Attributes:
        excludes: a message that was valid is not any more.
        admits: a message that was not valid is now.
    """

    excludes: bool = False
    admits: bool = False

    def breaks(self, direction: Direction) -> tuple[Party, ...]:
        """The parties whose code may stop working.

        A sender is broken by what it may no longer send, a receiver by what it never met.
        """
        sender, receiver = Party.CLIENT, Party.GATEWAY
        if direction is Direction.RESPONSE:
            sender, receiver = receiver, sender
        found = {party for party, hit in ((sender, self.excludes), (receiver, self.admits)) if hit}
        return tuple(party for party in Party if party in found)


NONE = Effect()
EXCLUDES = Effect(excludes=True)
ADMITS = Effect(admits=True)
BOTH = Effect(excludes=True, admits=True)


def one_way(*, narrower: bool) -> tuple[Kind, Effect]:
    """What it means that all values of one side are valid on the other."""
    return (Kind.NARROWED, EXCLUDES) if narrower else (Kind.WIDENED, ADMITS)


def limited(*, before: bool, after: bool) -> tuple[Kind, Effect]:
    """What it means that a limit came, went, or became another one that neither contains."""
    return (Kind.CHANGED, BOTH) if before and after else one_way(narrower=not before)


@dataclass(frozen=True, slots=True)
class Difference:
    """One change.

    Attributes:
        operation: method and path template; those of the new contract where both have it.
        at: the part of the operation in words, such as ``field seconds, enum``.
        old: the value before; None where there was none.
        new: the value after; None where there is none.
        old_source: page and line that documented it before; empty where nothing did.
        new_source: page and line that document it now; empty where nothing does.
    """

    operation: str
    direction: Direction
    kind: Kind
    at: str
    old: Any
    new: Any
    old_source: str = ""
    new_source: str = ""
    effect: Effect = field(default=NONE, repr=False)

    @property
    def breaks(self) -> tuple[Party, ...]:
        """The parties whose code the change can break."""
        return self.effect.breaks(self.direction)

    def as_json(self) -> dict[str, Any]:
        """The change as plain data."""
        return {
            "operation": self.operation,
            "direction": str(self.direction),
            "kind": str(self.kind),
            "at": self.at,
            "old": self.old,
            "new": self.new,
            "breaks": [str(party) for party in self.breaks],
            "old_source": self.old_source,
            "new_source": self.new_source,
        }


def by_weight(found: Iterable[Difference]) -> list[Difference]:
    """Sort: what breaks clients, what breaks only the gateway, the rest; then by kind."""
    kinds = list(Kind)
    return sorted(found, key=lambda each: (_weight(each), kinds.index(each.kind)))


def _weight(difference: Difference) -> int:
    broken = difference.breaks
    if Party.CLIENT in broken:
        return 0
    return 1 if broken else 2
