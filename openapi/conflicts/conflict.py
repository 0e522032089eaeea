"""What a conflict is: claims that cannot all be followed, and how the contract settles them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from openapi.pages.node import Claim

if TYPE_CHECKING:
    from openapi.conflicts.view import Operation

Scope = Literal["page", "pages"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. ``operation`` is left empty where the rule looks at one operation only."""

    field: str
    claims: tuple[Claim, ...]
    settled: str
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One row of the report.

    ``rule`` is the id of the rule, ``scope`` whether one page contradicts itself (or leaves
    something out) or several disagree, ``operation`` e.g. ``POST /v1/videos``, ``found`` whether
    a rule found it or a person noted it.
    """

    rule: str
    scope: Scope
    operation: str
    field: str
    claims: tuple[Claim, ...]
    settled: str
    found: Literal["rule", "remark"]


@dataclass(frozen=True, slots=True)
class EachRule:
    """A rule that needs one operation of one page."""

    id: str
    find: Callable[["Operation"], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class AllRule:
    """A rule that needs every operation of every page."""

    id: str
    scope: Scope
    find: Callable[[Sequence["Operation"]], Iterable[Finding]]
