"""The matrix of aspects by operations, made from what checks, defects and the contract declare."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contract_tests.checks import CHECKS
from contract_tests.checks.aspects import Aspect
from contract_tests.contract.target_contract import TargetContract
from contract_tests.defects import DEFECTS
from contract_tests.matrix.reasons import REASONS, Reason


@dataclass(frozen=True, slots=True)
class Cell:
    """One aspect of one operation.

    Attributes:
        checks: the names of the checks that look at it.
        defects: the ids of the defects that one of these checks must find at the operation.
        reasons: why no check looks at it, or no defect proves that one does.
    """

    aspect: Aspect
    operation: str
    checks: tuple[str, ...]
    defects: tuple[str, ...]
    reasons: tuple[Reason, ...]

    @property
    def is_proved(self) -> bool:
        """Whether a check looks at it, and a defect proves that."""
        return bool(self.checks and self.defects)

    @property
    def reason(self) -> str:
        """Why it is not proved; empty where it is, or where nobody knows."""
        return "" if self.is_proved else "; ".join(each.why for each in self.reasons)


@dataclass(frozen=True, slots=True)
class Row:
    """Operations whose cells for one aspect are alike."""

    aspect: Aspect
    operations: tuple[str, ...]
    cell: Cell


def cells(contract: TargetContract) -> list[Cell]:
    """Every cell, aspect by aspect, in the contract's order of operations."""
    return [_cell(contract, aspect, each.id) for aspect in Aspect for each in contract.operations]


def rows(contract: TargetContract) -> Iterator[Row]:
    """The cells, with those of one aspect that have the same checks, defects and reason as one."""
    alike: dict[tuple[object, ...], list[Cell]] = {}
    for cell in cells(contract):
        key = cell.aspect, cell.checks, cell.defects, cell.reason
        alike.setdefault(key, []).append(cell)
    for (aspect, *_), found in sorted(alike.items(), key=lambda each: _place(each[1])):
        assert isinstance(aspect, Aspect)
        yield Row(aspect, tuple(cell.operation for cell in found), found[0])


def _place(found: Sequence[Cell]) -> tuple[int, bool]:
    """Sorts by aspect, with what is not proved last."""
    return list(Aspect).index(found[0].aspect), not found[0].is_proved


def _cell(contract: TargetContract, aspect: Aspect, operation: str) -> Cell:
    checks = [
        check.name
        for check in CHECKS
        if check.aspect is aspect and operation in check.operations(contract)
    ]
    return Cell(
        aspect,
        operation,
        tuple(checks),
        tuple(
            defect.id
            for defect in DEFECTS
            if not set(checks).isdisjoint(defect.checks) and operation in defect.shows_at(contract)
        ),
        tuple(
            reason
            for reason in REASONS
            if aspect in reason.aspects and operation in reason.at(contract)
        ),
    )
