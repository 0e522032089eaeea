"""Writes what was derived as files that the fake reads as they are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.deriving.dialect import dialect_of
from contract_tests.deriving.errors import ErrorOf
from contract_tests.deriving.histories import NAME, scenarios_of
from contract_tests.deriving.models import models_of
from contract_tests.deriving.traffic import Traffic
from openapi.catalogue.models import Catalogue
from openapi.dialects.dialect import Dialect
from openapi.documents.writing import dump

_UNUSUAL = re.compile("[^a-z0-9_-]")
SCENARIOS, MODELS = "scenarios.yaml", "models.yaml"


@dataclass(frozen=True)
class Derived:
    """What some traffic shows.

    Attributes:
        scenarios: by name; empty where no job was followed.
        counts: how many jobs followed each scenario.
        models: a model catalogue; None where the target lists no models.
    """

    name: str
    dialect: Mapping[str, Any]
    scenarios: Mapping[str, Any]
    counts: Mapping[str, int]
    models: Mapping[str, Any] | None

    def texts(self) -> dict[str, str]:
        """The files by name; the dialect's file gives the dialect its name."""
        found = {f"{self.name}.yaml": self.dialect, SCENARIOS: self.scenarios}
        if self.models:
            found[MODELS] = self.models
        return {name: dump(data) for name, data in found.items() if data}

    def command(self, folder: Path) -> str:
        """The command that serves what was derived."""
        dialect = folder / f"{self.name}.yaml"
        words = [f"gateway-mock --dialects {dialect} --dialect {self.name}"]
        if self.scenarios:
            words.append(f"--scenarios {folder / SCENARIOS} --scenario {self.mix}")
        if self.models:
            words.append(f"--models {folder / MODELS}")
        return " ".join(words)

    @property
    def mix(self) -> str:
        """The scenario of new jobs, or the mix of those that were recorded."""
        if len(self.counts) < 2:
            return NAME
        return ",".join(f"{name}={count}" for name, count in self.counts.items())

    def facts(self) -> Iterator[tuple[str, str, str]]:
        """Every fact with its source and standing: ``ids``, ``errors/0``, ``models/sora-2``."""
        yield from _facts("", self.dialect)
        for name, scenario in self.scenarios.items():
            yield f"scenarios/{name}", scenario["summary"], "verified"
        yield from _facts("models/", (self.models or {}).get("models", {}))


def _facts(path: str, node: Any) -> Iterator[tuple[str, str, str]]:
    """The parts of some data that have a source of their own."""
    if isinstance(node, Mapping) and "source" in node:
        yield path.strip("/"), str(node["source"]), str(node["standing"])
    elif isinstance(node, Mapping):
        for key, each in node.items():
            yield from _facts(f"{path}{key}/", each)
    elif isinstance(node, list):
        for place, each in enumerate(node):
            yield from _facts(f"{path}{place}/", each)


def dialect_name(cassette: str) -> str:
    """The name of the dialect that is derived from a cassette of that name."""
    return _UNUSUAL.sub("-", cassette.lower())


def derive(
    traffic: Traffic, name: str, *, base: Dialect, catalogue: Catalogue, error_of: ErrorOf
) -> Derived:
    """Derive what some traffic shows.

    Args:
        name: the name of the dialect.
        base: the dialect whose facts hold where nothing was seen.
        catalogue: the models whose facts hold where the target does not list them.
        error_of: gives the error a recorded request ends with in the gateway's own dialect.
    """
    scenarios, counts = scenarios_of(traffic)
    return Derived(
        name=name,
        dialect=dialect_of(traffic, base, error_of),
        scenarios=scenarios,
        counts=counts,
        models=models_of(traffic, catalogue),
    )
