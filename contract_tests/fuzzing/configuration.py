"""The configuration of Schemathesis: only harmless requests where jobs cost money."""

from dataclasses import dataclass
from typing import Any

from contract_tests.contract.target_contract import TargetContract
from contract_tests.schemathesis_config import disabled, expectations
from contract_tests.targets.target import FUZZ_KEY

_REFUSALS = ["400", "401", "403", "404", "405", "409", "413", "415", "422", "429", "5xx"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzingDepth:
    """How much is generated: ``examples`` an operation, and ``stateful`` sequences of calls."""

    examples: int = 20
    stateful: int = 10
    coverage: bool = True


def settings(
    url: str, seed: int, depth: FuzzingDepth, contract: TargetContract, *, billable: bool
) -> dict[str, Any]:
    """The configuration, as a schemathesis.toml would hold it; ``url`` is the guard's."""
    dialect = contract.dialect
    found: dict[str, Any] = {
        "seed": seed,
        "base-url": url,
        "headers": {"Authorization": f"Bearer {FUZZ_KEY}"},
        "workers": 1,
        "request-retries": 0,
        "max-redirects": 0,
        "continue-on-failure": True,
        # How fast examples are generated depends on the load of the machine.
        "suppress-health-check": ["too_slow"],
        # The cache would repeat requests of an earlier run, perhaps against another target.
        "cache": {"enabled": False},
        "generation": _generation(depth, billable=billable),
        "phases": _phases(depth, billable=billable),
        "checks": _checks(billable=billable),
        "operations": [
            {
                "include-operation-id": name,
                "checks": {
                    check: {"expected-statuses": statuses} for check, statuses in checks.items()
                },
            }
            for name, checks in expectations(contract.document, dialect)
        ],
    }
    found["checks"] |= {check: {"enabled": False} for check in disabled(dialect)}
    if billable:
        # An id that Schemathesis has inferred may be that of a customer's job.
        found["operations"].append({"include-method": "DELETE", "enabled": False})
    return found


def _generation(depth: FuzzingDepth, *, billable: bool) -> dict[str, Any]:
    return {
        "mode": "negative" if billable else "all",
        "max-examples": max(1, depth.examples),
        "database": "none",
        "no-shrink": billable,
        "allow-x00": False,
        "deterministic": False,
    }


def _phases(depth: FuzzingDepth, *, billable: bool) -> dict[str, Any]:
    nothing_learned = {"extra-data-sources": {"responses": False}}
    return {
        "examples": {"enabled": not billable},
        "coverage": {
            "enabled": depth.coverage,
            "unexpected-methods": ["PUT", "PATCH"],
            **(nothing_learned if billable else {}),
        },
        "fuzzing": {"enabled": depth.examples > 0, **(nothing_learned if billable else {})},
        "stateful": {
            "enabled": depth.stateful > 0 and not billable,
            "generation": {"max-examples": max(1, depth.stateful)},
        },
    }


def _checks(*, billable: bool) -> dict[str, Any]:
    return {
        "negative_data_rejection": {"expected-statuses": _REFUSALS},
        # These checks send copies of a request.
        "ignored_auth": {"enabled": not billable},
        "object_level_authorization": {"enabled": False},
    }
