"""The tables of the documentation that are made from the code; `make docs` writes them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import click
import yaml
from click.testing import CliRunner

import openapi
from benchmarks.results import tables as benchmarks
from benchmarks.results.figures import RESULTS, read
from contract_tests.cli.main import main as gateway_contract
from mock_server.cli.main import main as gateway_mock
from mock_server.faults import KINDS
from mock_server.http import errors
from mock_server.scenarios import SHIPPED
from mock_server.scenarios.parsing import load_scenarios
from mock_server.tenants.triggers import PLACES
from openapi.catalogue.models import Model, load_catalogue
from openapi.cli.main import main as gateway_spec
from openapi.cli.reports import rows
from openapi.contract.document import load_contract
from openapi.contract.error_kinds import ERROR_KINDS, ErrorKind
from openapi.coverage import variants
from openapi.dialects.dialect import Billing, Dialect
from openapi.dialects.loading import load_dialects
from openapi.services import names
from openapi.services.loading import load_service
from tests.project.pages import PAGES
from tests.project.reserved import RESERVED
from tests.project.rules import LAYERS
from tests.project.source import ROOT

CONTROL = ROOT / "mock_server" / "control" / "control.yaml"
_MARKED = re.compile(
    r"(?P<start><!-- table: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end of table -->)", re.DOTALL
)


def operations() -> Iterator[Sequence[str]]:
    """Every operation with the evidence for it."""
    yield "operation", "what it does", "evidence", "source"
    for row in rows(openapi.CONTRACT):
        yield f"`{row.operation}`", row.summary, row.standing, row.source


def requests() -> Iterator[Sequence[str]]:
    """Every documented create request."""
    yield "request", "schema", "models", "required", "source"
    for name, schema in variants(load_contract(openapi.CONTRACT)):
        models = ", ".join(f"`{model}`" for model in schema["properties"]["model"]["enum"])
        required = ", ".join(schema["required"])
        yield f"`{schema['x-variant']}`", f"`{name}`", models, required, schema["x-source"]


def models() -> Iterator[Sequence[str]]:
    """Every model of the catalogue."""
    yield "model", "status", "seconds", "sizes", "list price", "evidence for the price"
    for model in load_catalogue(openapi.MODELS).models.values():
        sizes = ", ".join(model.sizes) or "-"
        lengths = ", ".join(map(str, model.seconds)) or "-"
        yield f"`{model.name}`", model.status, lengths, sizes, _price(model), model.price.standing


def _price(model: Model) -> str:
    prices = sorted({model.price.usd or 0.0, *model.price.usd_by_size.values()})
    return f"{' to '.join(f'${price:.2f}' for price in prices)} a {model.price.per}"


def services() -> Iterator[Sequence[str]]:
    """Every operation of the services that come with the fake."""
    yield "service", "operation", "role", "evidence", "source"
    for service in map(load_service, names()):
        for role in service.roles.values():
            operation = f"`{role.operation.method} {role.operation.path}`"
            yield f"`{service.name}`", operation, role.role.value, role.evidence, role.source


def clients() -> Iterator[Sequence[str]]:
    """Clients of other services that `make client-tools` runs, with their versions."""
    yield "client", "version", "service"
    text = (ROOT / ".ci/clients/requirements.txt").read_text(encoding="utf-8")
    pinned = dict(line.split("==") for line in text.splitlines() if "==" in line)
    package = json.loads((ROOT / ".ci/clients/package.json").read_text(encoding="utf-8"))
    for name, version in {**pinned, **package["dependencies"]}.items():
        if "openrouter" in name:
            yield f"`{name}`", version, "`openrouter`"


def error_codes() -> Iterator[Sequence[str]]:
    """Every error that the fake answers with."""
    yield "status", "code", "type"
    known = [value for value in vars(errors).values() if isinstance(value, ErrorKind)]
    for error_kind in sorted(known, key=lambda error_kind: (error_kind.status, error_kind.code)):
        yield str(error_kind.status), f"`{error_kind.code}`", f"`{error_kind.type}`"


def mock_options() -> Iterator[Sequence[str]]:
    """Every option of gateway-mock."""
    return _options(gateway_mock)


def run_options() -> Iterator[Sequence[str]]:
    """Every option of gateway-contract run."""
    return _options(gateway_contract.commands["run"])


def _options(command: click.Command) -> Iterator[Sequence[str]]:
    yield "option", "default", "meaning"
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name != "version":
            default = _default(parameter)
            yield f"`{', '.join(parameter.opts)}`", default, parameter.help or ""


def _default(option: click.Option) -> str:
    if isinstance(option.default, Path):
        return "shipped"
    shown = isinstance(option.default, str | int | float) and not option.is_flag
    return f"`{option.default}`" if shown else "-"


def dialect_facts() -> Iterator[Sequence[str]]:
    """Every shipped dialect and where they differ most."""
    head = "dialect", "imitates", "id", "what does not apply yet", "error body"
    more = "unknown id, unknown model", "content is kept", "request id in"
    yield (*head, *more, "a job is charged", "a job times out", "Idempotency-Key", "not there")
    for dialect in load_dialects().values():
        missing = [_rendered(dialect, code, at) for code, at in _COMPARED]
        yield (
            f"`{dialect.name}`",
            dialect.summary,
            f"`{dialect.ids.prefix}` + {_ID_FORMS[dialect.ids.form].format(dialect.ids.length)}",
            "null" if dialect.video.explicit_nulls else "left out",
            " or ".join(f"`{_shape(each.body)}`" for each in dialect.envelopes.values()),
            ", ".join(missing),
            _hours(dialect.content.kept_ms),
            f"`{dialect.headers.request_id}`",
            _charged(dialect.billing),
            _hours(dialect.timeout.after_ms, "never"),
            "honoured" if dialect.idempotency.kept_ms else "ignored",
            ", ".join(f"`{name}`" for name in sorted(dialect.without)) or "-",
        )


def _hours(ms: int | None, never: str = "") -> str:
    return never if ms is None else f"{ms // 3_600_000} h"


def _charged(billing: Billing) -> str:
    when = "when it is accepted" if billing.at_once else "at its end"
    kept = [name for name in ("failed", "cancelled") if not getattr(billing, name)]
    return f"{when}, {' and '.join(kept)} ones too" if kept else when


_COMPARED = (("video_not_found", "retrieveVideo"), ("model_not_found", "createVideo"))
_ID_FORMS = {
    "uuid": "UUID",
    "time_hex": "{} hex digits, the time first",
    "alphanumeric": "{} letters and digits",
}


def _rendered(dialect: Dialect, code: str, operation: str) -> str:
    """Status and code of an error at an operation."""
    error_kind = ERROR_KINDS[code]
    rule = dialect.rule(error_kind, operation, None)
    said = rule.words.get("code")
    return f"{rule.status or error_kind.status} `{said.filled({}) if said else code}`"


def _shape(body: Mapping[str, Any]) -> str:
    """The keys of a body."""
    keys = (
        f"{key}: {_shape(each)}" if isinstance(each, dict) else key for key, each in body.items()
    )
    return f"{{{', '.join(keys)}}}"


def scenario_names() -> Iterator[Sequence[str]]:
    """Every shipped scenario."""
    yield "scenario", "what happens"
    for scenario in load_scenarios(SHIPPED).values():
        yield f"`{scenario.name}`", scenario.summary


def fault_kinds() -> Iterator[Sequence[str]]:
    """Every fault with its settings."""
    yield "fault", "what happens", "settings and their defaults"
    for fault in KINDS:
        settings = ", ".join(f"`{_setting(each)}`" for each in fields(fault))
        yield f"`{fault.kind}`", fault.summary, settings or "-"


def _setting(field: Field[Any]) -> str:
    return field.name if field.default is None else f"{field.name}={field.default!r}"


def triggers() -> Iterator[Sequence[str]]:
    """Every place in which a request can hold a trigger, the one that takes precedence first."""
    yield "place", "form", "example", "for"
    for place in PLACES:
        yield place.name, f"`{place.form}`", f"`{place.example}`", place.reach


def spec_commands() -> Iterator[Sequence[str]]:
    """Every command of gateway-spec with its options."""
    return _commands("gateway-spec", gateway_spec)


def contract_commands() -> Iterator[Sequence[str]]:
    """Every command of gateway-contract with its options."""
    return _commands("gateway-contract", gateway_contract)


def mock_commands() -> Iterator[Sequence[str]]:
    """Every command of gateway-mock besides serving."""
    return _commands("gateway-mock", gateway_mock)


def _commands(program: str, group: click.Group) -> Iterator[Sequence[str]]:
    yield "command", "options", "what it does"
    for name, command in group.commands.items():
        options = [f"`{option.opts[0]}`" for option in command.params if option.opts[0][0] == "-"]
        yield f"`{program} {name}`", " ".join(options), command.get_short_help_str(200)


def checks() -> Iterator[Sequence[str]]:
    """Every check of a contract run."""
    yield "check", "what it holds", "evidence", "source"
    listed = CliRunner().invoke(gateway_contract, ["checks", "--format", "json"])
    for check in json.loads(listed.stdout):
        yield f"`{check['check']}`", check["holds"], check["standing"], check["source"]


def matrix() -> Iterator[Sequence[str]]:
    """What is looked at, by aspect and operation, and what proves it."""
    listed = CliRunner().invoke(gateway_contract, ["matrix", "--format", "markdown"])
    for line in listed.stdout.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if cells[0] != "---":
            yield cells


def control_operations() -> Iterator[Sequence[str]]:
    """Every operation of the control API."""
    yield "call", "what it does"
    for path, item in yaml.safe_load(CONTROL.read_text(encoding="utf-8"))["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                yield f"`{method.upper()} {path}`", operation["summary"]


def imports() -> Iterator[Sequence[str]]:
    """Every row of the import table."""
    yield "module", "may import, of this project", "because"
    for layer in LAYERS:
        allowed = ", ".join(f"`{name}`" for name in layer.ours if name != layer.where)
        yield f"`{layer.where}`", allowed or "nothing else", layer.reason


def reserved_names() -> Iterator[Sequence[str]]:
    """Every name that belongs to one place."""
    yield "name", "only in", "because"
    for rule in RESERVED:
        names = ", ".join(f"`{name}`" for name in rule.names)
        yield names, ", ".join(f"`{owner}`" for owner in rule.owners), rule.reason


def measured(name: str) -> Callable[[], Iterator[Sequence[str]]]:
    """What makes a table of the last run of ``make bench``."""
    return lambda: benchmarks.TABLES[name](read(RESULTS.read_text(encoding="utf-8")))


TABLES: Mapping[str, Callable[[], Iterator[Sequence[str]]]] = {
    "operations": operations,
    "requests": requests,
    "models": models,
    "errors": error_codes,
    "services": services,
    "clients": clients,
    "mock-options": mock_options,
    "run-options": run_options,
    "dialects": dialect_facts,
    "scenarios": scenario_names,
    "faults": fault_kinds,
    "triggers": triggers,
    "spec-commands": spec_commands,
    "contract-commands": contract_commands,
    "mock-commands": mock_commands,
    "checks": checks,
    "matrix": matrix,
    "control": control_operations,
    "imports": imports,
    "reserved": reserved_names,
    **{name: measured(name) for name in benchmarks.TABLES},
}


def render(name: str) -> str:
    """One table as Markdown.

    Raises:
        KeyError: there is no such table.
    """
    head, *body = [[cell.replace("|", "\\|") for cell in row] for row in TABLES[name]()]
    lines = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def filled(text: str) -> str:
    """``text`` with every marked table made anew."""
    return _MARKED.sub(lambda found: f"{found['start']}{render(found['name'])}{found['end']}", text)


def marked(text: str) -> list[str]:
    """The names of the tables that a text holds."""
    return [found["name"] for found in _MARKED.finditer(text)]


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
