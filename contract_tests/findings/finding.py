"""The results of a run: breaches of the contract, and what could not be checked."""

import sys
from dataclasses import dataclass
from enum import StrEnum

from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence


class Certainty(StrEnum):
    """Whether repeating the request of a finding showed it again."""

    REPEATED = "repeated"
    ONCE = "once"
    FLAKY = "flaky"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One observation of a check; the run adds the check's name, source and evidence.

    Attributes:
        key: breaches of one check and operation with equal keys are one finding.
        source: the source of the rule, where it differs from the check's.
        evidence: the evidence of the rule, where it differs from the check's.
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
    """A breach of the contract, with everything that is needed to reproduce it."""

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

    @property
    def request_bytes(self) -> int:
        """How much there is to read in its request; more than in any if it has none."""
        if self.exchange is None:
            return sys.maxsize
        return len(self.exchange.request.target) + len(self.exchange.request.body)


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A check that could not examine an operation (empty: any operation), and why."""

    check: str
    operation: str
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Yielded by a check for an operation that it could not examine; the run adds its name."""

    operation: str
    reason: str
