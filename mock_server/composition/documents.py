"""The contract and the data files that a server is built from."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openapi
from mock_server.http.dialect_contracts import DialectContracts
from mock_server.http.errors import ApiError
from mock_server.scenarios import DEFAULT, SHIPPED, ScenarioError
from mock_server.scenarios.parsing import load_scenarios
from mock_server.scenarios.selection import Scenarios, parse_selection
from mock_server.settings import Settings
from mock_server.tenants.defaults import DialectError, Dialects
from mock_server.tenants.triggers import TriggerError, Triggers
from openapi import coverage
from openapi.catalogue.models import Catalogue, load_catalogue
from openapi.contract.document import load_contract
from openapi.dialects.loading import load_dialects


@dataclass(frozen=True, slots=True)
class Documents:
    """The contract and the data files that a server is built from.

    ``partial``: the contract is the user's, and may lack operations that there are handlers for.
    """

    contract: dict[str, Any]
    contract_text: bytes
    partial: bool
    catalogue: Catalogue
    scenarios: Scenarios
    dialects: Dialects
    triggers: Triggers
    dialect_contracts: DialectContracts


def read_documents(settings: Settings) -> Documents:
    """Read the contract and the data files that the settings name.

    Raises:
        SpecError: the contract, a page, the catalogue or a dialect cannot be read.
        ScenarioError: the settings name an unknown scenario, or a scenario has a reserved name.
        DialectError: the settings name an unknown dialect.
    """
    with _contract_file(settings) as path:
        contract = load_contract(path)
        contract_text = path.read_bytes()
    if settings.services:
        contract_text = _with_services(contract, settings.services)
    partial = path != openapi.CONTRACT or bool(settings.services)
    catalogue = load_catalogue(settings.models)
    # The contract documents the models of the catalogue; a model of the user's pages may have no
    # row.
    coverage.extend(contract, catalogue)
    catalogue = coverage.completed(contract, catalogue)
    scenarios = _scenarios(settings)
    return Documents(
        contract=contract,
        contract_text=contract_text,
        partial=partial,
        catalogue=catalogue,
        scenarios=scenarios,
        dialects=_dialects(settings),
        triggers=_triggers(scenarios),
        dialect_contracts=DialectContracts(contract, partial=partial),
    )


def _with_services(contract: dict[str, Any], services: Sequence[str]) -> bytes:
    """Add the operations of services to the contract; returns its new text."""
    # Only some servers need them.
    from openapi.documents.writing import dump
    from openapi.services.loading import add_services

    add_services(contract, services)
    return dump(contract).encode()


@contextmanager
def _contract_file(settings: Settings) -> Iterator[Path]:
    """The file of the contract; that of documented pages is made of them, and temporary."""
    if not settings.pages:
        yield settings.contract
        return
    # Merging pages takes modules that nothing else of a server needs.
    from openapi.building.workspace import contract_of

    with contract_of(settings.pages) as contract:
        yield contract


def _scenarios(settings: Settings) -> Scenarios:
    known = load_scenarios(SHIPPED, *settings.scenarios)
    scenarios = Scenarios(known, known[DEFAULT])
    try:
        return replace(scenarios, default=scenarios.select(parse_selection(settings.scenario)))
    except ApiError as error:
        raise ScenarioError(f"--scenario {settings.scenario}: {error.message}") from error


def _triggers(scenarios: Scenarios) -> Triggers:
    try:
        return Triggers(scenarios.known)
    except TriggerError as error:
        raise ScenarioError(f"--scenarios: {error}") from error


def _dialects(settings: Settings) -> Dialects:
    known = load_dialects(*settings.dialects)
    if settings.dialect not in known:
        raise DialectError(f"--dialect {settings.dialect}: known are {', '.join(sorted(known))}")
    return Dialects(known, known[settings.dialect])
