"""What a run finds: breaches of the contract, and what could not be looked at."""

from dataclasses import dataclass
from enum import StrEnum

from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence


class Certainty(StrEnum):
    """What became of a finding when it was looked at again."""

    REPEATED = "repeated"
    ONCE = "once"
    FLAKY = "flaky"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """What a check saw; the run adds the check's own name, source and evidence.

    ``source`` and ``evidence`` are set where the breached rule has its own in the contract. ``key``
    tells this breach from others of the same check and operation: equal keys are one finding.
    """

    operation: str
    expected: str
    received: str
    exchange: Exchange | None = None
    key: str = ""
    source: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A breach of the contract, with everything a reader needs to repeat it."""

    check: str
    operation: str
    evidence: Evidence
    source: str
    expected: str
    received: str
    exchange: Exchange | None = None
    key: str = ""
    occurrences: int = 1
    certainty: Certainty = Certainty.ONCE
    other_answer: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What equal findings share."""
        return self.check, self.operation, self.key or self.expected


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A check that could not look at an operation (empty: at anything), and why."""

    check: str
    operation: str
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """What a check yields for what it could not look at; the run adds the check's name."""

    operation: str
    reason: str
