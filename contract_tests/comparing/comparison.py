"""Puts the responses of two sides beside each other, and beside the documentation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from contract_tests.checks import CHECKS
from contract_tests.checks.check import Passive
from contract_tests.comparing import changes
from contract_tests.comparing.answers import answer_of
from contract_tests.comparing.cases import Case, Jobs, case_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.deriving.traffic import Traffic
from contract_tests.findings.deviations import COMPARE
from contract_tests.findings.finding import Breach, Finding
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_SHOWN = 3
_LONGEST = 300


class Kind(StrEnum):
    """What a side of a comparison is."""

    LIVE = "live"
    RECORDING = "recording"
    FAKE = "fake"


@dataclass(frozen=True)
class Side:
    """One side of a comparison.

    Attributes:
        contract: in the dialect that it was recorded with.
        broken: the checks that found something while it was recorded, each with the operations.
        kept: the checks that examined everything and found nothing.
    """

    name: str
    kind: Kind
    traffic: Traffic
    contract: TargetContract
    broken: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kept: Sequence[str] = ()

    @cached_property
    def seen(self) -> Mapping[Case, Mapping[str, Mapping[str, Exchange]]]:
        """Every response by its case: of each part, its values, each with one exchange."""
        found: dict[Case, dict[str, dict[str, Exchange]]] = {}
        jobs = Jobs(self.traffic)
        for each in self.traffic.answered:
            case = case_of(self.contract, each, jobs)
            for part, value in answer_of(each, jobs).parts():
                found.setdefault(case, {}).setdefault(part, {}).setdefault(value, each)
            jobs.learn(each)
        return found

    def breaks(self, exchange: Exchange) -> str:
        """What the documentation demands that a response breaks; empty for none."""
        for check in _PASSIVE:
            if check.examines(exchange) and check.applies(self.contract):
                for found in check.run(self.contract, exchange):
                    if isinstance(found, Breach):
                        return f"{found.expected} ({check.name})"
        return ""


_PASSIVE = tuple(each for each in CHECKS if isinstance(each, Passive))
# How fast a gateway is depends on the day.
_HOLDS = {each.name: each.holds for each in CHECKS if each.name != "latency"}


@dataclass(frozen=True)
class Difference:
    """What two sides do differently in one case.

    Attributes:
        part: what differs: status, headers, body, words, message, life, or a rule that one breaks.
        one: what only the first side shows; ``other`` likewise.
        page: what the documentation demands, where a side breaks it.
        fault: whose fault it is, as text.
        fake: what the fake does there, where it is neither of the sides.
    """

    operation: str
    request: str
    part: str
    one: str
    other: str
    page: str
    fault: str
    fake: str = ""
    exchanges: tuple[Exchange | None, Exchange | None] = (None, None)

    @property
    def finding(self) -> Finding:
        """The difference as a finding, to which known deviations apply."""
        return Finding(
            check=COMPARE,
            operation=self.operation,
            evidence=Evidence.VERIFIED,
            source=self.page or "no page",
            expected=self.other,
            received=self.one,
            exchange=self.exchanges[0] or self.exchanges[1],
            key=f"{self.part} {self.request}"[:_LONGEST],
        )


@dataclass(frozen=True)
class Comparison:
    """Two sides, what they do differently, and how much could be compared."""

    one: Side
    other: Side
    differences: tuple[Difference, ...]
    has_witness: bool
    common: int
    only_one: Sequence[Case]
    only_other: Sequence[Case]


def compare(one: Side, other: Side, fake: Side | None = None) -> Comparison:
    """Compare two sides; what only one of them was asked is no difference.

    Args:
        fake: the fake, where it is neither of them; what it does is shown beside.
    """
    common = [each for each in one.seen if each in other.seen]
    found = [_witnessed(each, fake) for each in _in_cases(one, other, common)]
    found += _in_lives(one, other)
    return Comparison(
        one,
        other,
        (*found, *_in_rules(one, other, " ".join(each.page for each in found))),
        fake is not None,
        len(common),
        [each for each in one.seen if each not in other.seen],
        [each for each in other.seen if each not in one.seen],
    )


def _in_cases(one: Side, other: Side, common: Sequence[Case]) -> Iterator[Difference]:
    for case in common:
        mine, theirs = one.seen[case], other.seen[case]
        for part, values in mine.items():
            shown, known = dict(values), dict(theirs[part])
            if shown.keys() == known.keys() or (
                case.is_vague and (shown.keys() <= known.keys() or known.keys() <= shown.keys())
            ):
                continue
            yield _difference((one, other), case, part, (shown, known))
            if part == "status":
                # Another status has other headers and another body.
                break


def _difference(
    sides: tuple[Side, Side],
    case: Case,
    part: str,
    values: tuple[Mapping[str, Exchange], Mapping[str, Exchange]],
) -> Difference:
    (one, other), (shown, known) = sides, values
    mine = [each for each in shown if each not in known]
    theirs = [each for each in known if each not in shown]
    first, second = shown[(mine or list(shown))[0]], known[(theirs or list(known))[0]]
    page, fault = _verdict((one, first), (other, second))
    return Difference(
        operation=case.operation,
        request=case.request,
        part=part,
        one=_text(mine or list(shown)),
        other=_text(theirs or list(known)),
        page=page,
        fault=fault,
        exchanges=(first, second),
    )


def _witnessed(difference: Difference, fake: Side | None) -> Difference:
    """A difference with what the fake does in the same case."""
    case = Case(difference.operation, difference.request)
    known = fake.seen.get(case) if fake else None
    if known is None:
        return difference
    shown = _text(list(known[difference.part]))
    fault = difference.fault
    if shown in (difference.one, difference.other):
        agrees = "the first" if shown == difference.one else "the second"
        fault = f"{fault}; the fake does as {agrees}"
    return replace(difference, fake=shown, fault=fault)


def _verdict(one: tuple[Side, Exchange], other: tuple[Side, Exchange]) -> tuple[str, str]:
    """What the documentation says, and whose fault a difference is."""
    mine, theirs = one[0].breaks(one[1]), other[0].breaks(other[1])
    if mine and theirs:
        return mine, "both break the documentation"
    if mine or theirs:
        side = one[0] if mine else other[0]
        return mine or theirs, f"{side.name} breaks the documentation"
    return "", "the documentation allows both"


def _in_lives(one: Side, other: Side) -> Iterator[Difference]:
    mine, theirs = changes.changes_of(one.traffic), changes.changes_of(other.traffic)
    for first, second, is_mine in ((mine, theirs, True), (theirs, mine, False)):
        for key, text in changes.differences(first, second):
            yield Difference(
                operation="",
                request=key,
                part="life",
                one=text if is_mine else "not seen",
                other="not seen" if is_mine else text,
                page="",
                fault=f"only {one.name if is_mine else other.name} shows it",
            )


def _in_rules(one: Side, other: Side, known: str) -> Iterator[Difference]:
    """Rules that only one side breaks, about how responses agree with each other.

    Args:
        known: what the other differences say of the documentation, which is not said again.
    """
    for side, counterpart, is_one in ((one, other, True), (other, one, False)):
        for check, operations in side.broken.items():
            if check not in _HOLDS or check not in counterpart.kept or f"({check})" in known:
                continue
            for operation in filter(counterpart.traffic.of, operations):
                yield Difference(
                    operation=operation,
                    request=check,
                    part="rule",
                    one="broken" if is_one else "kept",
                    other="kept" if is_one else "broken",
                    page=f"{_HOLDS[check]} ({check})",
                    fault=f"{side.name} breaks the rule",
                )


def _text(values: Sequence[str]) -> str:
    more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return " | ".join(each[:_LONGEST] or "nothing" for each in values[:_SHOWN]) + more
