"""The three kinds of check. Each stands in a file of its own and is a line of the package's list.

A check yields a ``Breach`` for what it finds broken and ``Skipped`` for what it could not look at.
It keeps nothing between calls, so that it can be asked again: a finding is repeated before it is
believed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach, Skipped
from contract_tests.lifecycle.trace import Life, Moment
from contract_tests.runner.capabilities import Capability
from contract_tests.wire.exchange import Exchange
from contract_tests.wire.session import Session
from openapi.contract.evidence import Evidence

Results = Iterator[Breach | Skipped]
Applies = Callable[[TargetContract], bool]


def everywhere(_contract: TargetContract) -> bool:
    """Fits every contract."""
    return True


def having(*operations: str) -> Applies:
    """Fits contracts that have all of these operations."""
    return lambda contract: all(map(contract.has, operations))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What every check says of itself: what it holds, and who demands it how firmly.

    ``source`` and ``evidence`` count for breaches that do not name their own. ``applies`` says to
    which contracts: a dialect may lack what the check is about.
    """

    name: str
    holds: str
    source: str
    evidence: Evidence
    applies: Applies = everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Passive(Check):
    """Looks at every exchange of the run, whoever sent it; sends nothing.

    ``unanswered``: it is shown the exchanges that have no reply instead of those that have one.
    """

    look: Callable[[TargetContract, Exchange], Results]
    unanswered: bool = False

    def is_shown(self, exchange: Exchange) -> bool:
        """Whether it looks at that exchange."""
        return bool(exchange.answer) != self.unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe(Check):
    """Sends requests that cost nothing: reads, and what the contract says must be refused.

    ``probe`` may let ``RefusedError`` and ``UnansweredError`` pass: "not checked" is reported then.
    ``acceptance``: its creates have no second fault besides the one looked for, so that a target
    which breaks the rule accepts them and makes a job; they run last, and while budget is left.
    """

    probe: Callable[[Session], Results]
    needs: frozenset[Capability] = frozenset()
    acceptance: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeCycle(Check):
    """Looks at the observed life of the run's jobs; sends nothing.

    Without a trace that has one of ``moments`` the run reports "not checked" and does not call it.
    ``walks``: it looks at the walks through the list, and is called when there is one.
    """

    look: Callable[[TargetContract, Life], Results]
    moments: frozenset[Moment] = frozenset({Moment.CREATE})
    walks: bool = False
