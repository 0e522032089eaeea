"""Checks a built contract against OpenAPI 3.0, the project's rules and its own examples."""

from collections.abc import Iterator, Sequence
from typing import Any

from openapi.building import contract_rules
from openapi.building.contract_rules import Problem, problem_at
from openapi.building.valid_openapi import is_surely_valid
from openapi.errors import SpecError
from openapi.pages.documented import DocumentedPage

_MOST_REPORTED = 5
_LONGEST = 160


def check_contract(contract: dict[str, Any], pages: Sequence[DocumentedPage]) -> None:
    """Check the whole contract.

    Raises:
        SpecError: it has problems; the error has the place of the first and describes a few.
    """
    for stage in (_lost_references, _schema_problems, _openapi_problems, _rule_problems):
        _refuse([*stage(contract)])
    from openapi.building.examples import example_problems

    _refuse([*example_problems(contract, pages)])


def _refuse(problems: Sequence[Problem]) -> None:
    if not problems:
        return
    reported = [problem.text for problem in problems[:_MOST_REPORTED]]
    rest = len(problems) - len(reported)
    raise SpecError(
        what=f"the built contract has {len(problems)} problem{'s' if len(problems) > 1 else ''}",
        where=problems[0].where,
        line=problems[0].line,
        why="; ".join(reported) + (f"; and {rest} more" if rest else ""),
        remedy="correct the pages, the overlay or the catalogue it is built from",
    )


def _lost_references(contract: dict[str, Any]) -> Iterator[Problem]:
    for pointer, what in contract_rules.lost_references(contract):
        yield problem_at(contract, pointer, what)


def _schema_problems(contract: dict[str, Any]) -> Iterator[Problem]:
    """Schemas that cannot be compiled; checked first, as the OpenAPI check does not locate them."""
    from openapi.contract.schemas import SchemaCompiler, SchemaError

    compiler = SchemaCompiler(contract)
    for pointer, schema in contract_rules.schemas(contract):
        try:
            compiler.compile(schema)
        except SchemaError as error:
            yield problem_at(contract, (*pointer, *error.instance_path), error.message)


def _openapi_problems(contract: dict[str, Any]) -> Iterator[Problem]:
    if is_surely_valid(contract):
        return
    # Imported here because it loads half a web stack, which only a build needs.
    from openapi_spec_validator import OpenAPIV30SpecValidator

    for error in OpenAPIV30SpecValidator(contract).iter_errors():
        what = error.message.partition("\n")[0]
        short = what if len(what) <= _LONGEST else f"...{what[-_LONGEST:]}"
        yield problem_at(contract, tuple(error.absolute_path), short)


def _rule_problems(contract: dict[str, Any]) -> Iterator[Problem]:
    for rule in contract_rules.RULES:
        for pointer, what in rule(contract):
            yield problem_at(contract, pointer, what)
