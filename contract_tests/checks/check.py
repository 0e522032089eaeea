"""The three kinds of check, and the decorators that make a check of a function.

The function's name is the check's name and its docstring says what the check holds; both are shown
by ``gateway-contract checks``. A function yields a ``Breach`` for each violation it sees and
``Skipped`` for what it could not examine. It keeps no state between calls, because a finding is
confirmed by calling it again.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import NotRequired, TypedDict, Unpack

from contract_tests.checks.aspects import Aspect, Operations
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach, Skipped
from contract_tests.lifecycle.trace import Life, Moment
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import Exchange
from contract_tests.wire.session import Session
from openapi.contract.evidence import Evidence

Results = Iterator[Breach | Skipped]
Applies = Callable[[TargetContract], bool]
ExchangeFunction = Callable[[TargetContract, Exchange], Results]
LifeFunction = Callable[[TargetContract, Life], Results]
ProbeFunction = Callable[[Session], Results]


def everywhere(_contract: TargetContract) -> bool:
    """Applies to every contract."""
    return True


def having(*operations: str) -> Applies:
    """Applies to contracts that have all of these operations."""
    return lambda contract: all(map(contract.has, operations))


class Named(TypedDict):
    """What a check has from its function."""

    name: str
    holds: str


class Facts(TypedDict):
    """What every decorator takes; the attributes are those of ``Check``."""

    source: str
    evidence: Evidence
    aspect: Aspect
    at: Operations
    applies: NotRequired[Applies]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What all kinds of check have in common.

    Attributes:
        name: the check's name in options, reports and known deviations.
        holds: the rule it holds, in one sentence.
        source: who demands the rule; a breach may name a more exact source.
        evidence: how well founded the rule is; a breach may have its own.
        aspect: what it looks at.
        at: the operations that it examines in a run with two jobs; the contract may lack some.
        applies: whether a contract has what the check is about; a dialect may lack it.
    """

    name: str
    holds: str
    source: str
    evidence: Evidence
    aspect: Aspect
    at: Operations
    applies: Applies = everywhere

    def operations(self, contract: TargetContract) -> frozenset[str]:
        """The operations of a contract that it examines."""
        found = self.at(contract) if self.applies(contract) else ()
        return frozenset(filter(contract.has, found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Passive(Check):
    """Examines every exchange of a run, of any sender, and sends nothing.

    ``unanswered``: it examines the exchanges without a response, instead of those with one.
    """

    run: ExchangeFunction
    unanswered: bool = False

    def examines(self, exchange: Exchange) -> bool:
        """Whether the check is to be run on an exchange."""
        return bool(exchange.reply_or_none) != self.unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe(Check):
    """Sends requests that cost nothing: reads, and requests that the contract forbids.

    ``run`` may raise ``RefusedError`` and ``UnansweredError``; the run then reports "not checked".

    Attributes:
        needs: what the target must allow.
        acceptance: its requests break one rule only, so a target that does not enforce the rule
            creates a job. Such checks run last, as long as there is budget left.
    """

    run: ProbeFunction
    needs: frozenset[Capability] = frozenset()
    acceptance: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeCycle(Check):
    """Examines the recorded life of the run's jobs, and sends nothing.

    Attributes:
        moments: it runs if some job was observed at one of these; else "not checked" is reported.
        walks: it also runs if the list of jobs was read.
    """

    run: LifeFunction
    moments: frozenset[Moment]
    walks: bool = False


def passive(
    *, unanswered: bool = False, **facts: Unpack[Facts]
) -> Callable[[ExchangeFunction], Passive]:
    """Make a function a ``Passive`` check."""

    def decorate(function: ExchangeFunction) -> Passive:
        return Passive(run=function, unanswered=unanswered, **_described(function), **facts)

    return decorate


def probe(*, acceptance: bool = False, **facts: Unpack[Facts]) -> Callable[[ProbeFunction], Probe]:
    """Make a function a ``Probe``."""

    def decorate(function: ProbeFunction) -> Probe:
        return Probe(run=function, acceptance=acceptance, **_described(function), **facts)

    return decorate


def life_cycle(
    *, moments: Collection[Moment] = (Moment.CREATE,), walks: bool = False, **facts: Unpack[Facts]
) -> Callable[[LifeFunction], LifeCycle]:
    """Make a function a ``LifeCycle`` check."""

    def decorate(function: LifeFunction) -> LifeCycle:
        return LifeCycle(
            run=function,
            moments=frozenset(moments),
            walks=walks,
            **_described(function),
            **facts,
        )

    return decorate


def _described(function: Callable[..., Results]) -> Named:
    """The name and the rule of a check, from its function."""
    return {
        "name": function.__name__,
        "holds": " ".join((function.__doc__ or "").split()),
    }
