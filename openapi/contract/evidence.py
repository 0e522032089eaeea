"""Who says that a part of a contract is so, and how well that is founded (``x-standing``)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

NO_SOURCE = "the contract"


class Evidence(StrEnum):
    """How well founded a rule is, best first."""

    DOCUMENTED = "documented"
    VERIFIED = "verified"
    INFERRED = "inferred"


class Source(NamedTuple):
    """Where a rule is written, such as ``page:line``, and its evidence."""

    text: str
    evidence: Evidence


def parse_source(text: str) -> Source:
    """A source as contracts write it; its evidence is the one it ends with in parentheses."""
    for evidence in (Evidence.VERIFIED, Evidence.INFERRED):
        if text.endswith(f"({evidence})"):
            return Source(text, evidence)
    return Source(text, Evidence.DOCUMENTED)


def source_of(node: Mapping[str, Any], keyword: str = "") -> Source:
    """The source of a part of a contract, or of one keyword of it."""
    exact = node.get("x-sources", {}).get(keyword)
    if exact:
        return parse_source(str(exact))
    text = str(node.get("x-source", NO_SOURCE))
    evidence = node.get("x-standing")
    return Source(text, Evidence(evidence)) if evidence else parse_source(text)
