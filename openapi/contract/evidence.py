"""The source of a part of a contract (``x-source``), and its evidence (``x-standing``)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

NO_SOURCE = "the contract"


class Evidence(StrEnum):
    """How well a rule is supported (``x-standing``), best first."""

    DOCUMENTED = "documented"
    VERIFIED = "verified"
    INFERRED = "inferred"


class Source(NamedTuple):
    """Where a rule is stated, such as ``page:line``, with its evidence."""

    text: str
    evidence: Evidence


def parse_source(text: str) -> Source:
    """Parse a source such as ``OpenAI API spec (verified)``; documented where it ends otherwise."""
    for evidence in (Evidence.VERIFIED, Evidence.INFERRED):
        if text.endswith(f"({evidence})"):
            return Source(text, evidence)
    return Source(text, Evidence.DOCUMENTED)


def rests_on_inference(source: str) -> bool:
    """Whether a source, as contracts write it, is inferred."""
    return parse_source(source).evidence is Evidence.INFERRED


def source_of(node: Mapping[str, Any], keyword: str = "") -> Source:
    """The source of a part of a contract, or of one keyword of it."""
    exact = node.get("x-sources", {}).get(keyword)
    if exact:
        return parse_source(str(exact))
    text = str(node.get("x-source", NO_SOURCE))
    evidence = node.get("x-standing")
    return Source(text, Evidence(evidence)) if evidence else parse_source(text)
