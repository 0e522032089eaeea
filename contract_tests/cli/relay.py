"""``gateway-contract relay``: what a relay does when its upstream misbehaves."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.table import Table

_UPSTREAM_KEY = "sk-upstream"
_NOT_DRILLED = 3
_WIDTH = 160
_PORT = click.IntRange(0, 65535)


@click.command("relay", context_settings={"show_default": True})
@click.option("--relay", required=True, metavar="URL", help="The relay's address.")
@click.option("--api-key-env", required=True, metavar="NAME",
              help="Environment variable with the API key that the relay accepts.")  # fmt: skip
@click.option("--upstream-port", default=8801, type=_PORT,
              help="Port on which the upstream of the relay is served.")  # fmt: skip
@click.option("--upstream-key-env", metavar="NAME", show_default=f"the key {_UPSTREAM_KEY}",
              help="Environment variable with the key that the relay sends.")  # fmt: skip
@click.option("--egress-port", type=_PORT, metavar="PORT",
              help="Serve a proxy that names the other hosts a relay asks for.")  # fmt: skip
@click.option("--spent-at", metavar="PATH#POINTER",
              help="Where the relay says what a key has spent, to look at refunds.")  # fmt: skip
@click.option("--dialect", default="openai", help="Dialect of the upstream.")
@click.option("--model", default="sora-2", help="Model to order.")
@click.option("--case", "cases", multiple=True, metavar="NAME",
              help="Only play these cases; * matches anything; repeatable.")  # fmt: skip
@click.option("--patience", default=10.0, type=click.FloatRange(0.1, 3600), metavar="SECONDS",
              help="Seconds a relay may take to show what its upstream shows.")  # fmt: skip
@click.option("--timeout", default=30.0, type=click.FloatRange(0.1, 3600), metavar="SECONDS",
              help="Seconds a response of the relay may take.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text",
              help="Output format.")  # fmt: skip
@click.pass_context
def relay_command(context: click.Context, /, form: str, **given: Any) -> None:
    """Hold a relay between a misbehaving upstream, which is the fake, and a caller.

    Configure the relay to use http://127.0.0.1:8801/v1 with the key sk-upstream, and start it. In
    each case the upstream misbehaves in one way, the caller orders one film, and the journals and
    bills of both sides are compared: creates that are sent again after a lost answer, failures that
    are reported as successes, statuses that never end, refunds that are kept, keys, addresses and
    ids that leak, and requests to other hosts, for which the relay has to use --egress-port as its
    proxy (HTTPS_PROXY).

    The exit status is 0 if nothing was found, 1 if something was, 2 for an invalid option, and 3 if
    the relay makes no film while nothing goes wrong.
    """
    from contract_tests.relay.drill import RelayError
    from video_gateway_mock.server import ServerError

    given["api_key"] = _key(given["api_key_env"], "--api-key-env")
    name = given["upstream_key_env"]
    given["upstream_key"] = _key(name, "--upstream-key-env") if name else _UPSTREAM_KEY
    try:
        played = list(_played(given))
    except (RelayError, ServerError, OSError) as error:
        click.echo(f"Error: {error}", err=True)
        context.exit(_NOT_DRILLED)
    if form == "json":
        click.echo(json.dumps(_data(given, played), indent=2, ensure_ascii=False))
    else:
        _show(given, played)
    context.exit(int(any(each.findings for each in played)))


def _key(name: str, option: str) -> str:
    """The key in an environment variable.

    Raises:
        click.BadParameter: it is not set.
    """
    if key := os.environ.get(name, ""):
        return key
    raise click.BadParameter(f"the environment variable {name} is not set", param_hint=option)


def _played(given: Mapping[str, Any]) -> Iterator[Any]:
    """Play all chosen cases between a new upstream and the relay."""
    from contract_tests.relay.caller import Caller
    from contract_tests.relay.drill import RelayError, chosen, drill
    from contract_tests.relay.egress import egress
    from contract_tests.relay.play import Setting
    from contract_tests.relay.spending import Spending, SpendingError
    from video_gateway_mock import running_gateway

    try:
        cases = chosen(given["cases"])
        spending = Spending.parse(given["spent_at"]) if given["spent_at"] else None
    except (RelayError, SpendingError) as error:
        raise click.UsageError(str(error)) from error
    with ExitStack() as stack:
        port = given["egress_port"]
        away = None if port is None else stack.enter_context(egress(port))
        fake = running_gateway(port=given["upstream_port"], dialect=given["dialect"])
        upstream = stack.enter_context(fake).with_key(given["upstream_key"])
        caller = Caller(given["relay"], given["api_key"], given["model"], given["timeout"])
        setting = Setting(
            upstream=upstream,
            caller=caller,
            patience_s=given["patience"],
            egress=away,
            spending=spending,
        )
        for each in drill(setting, cases):
            if sys.stderr.isatty():
                click.echo(f"{each.case.name}: {len(each.findings)} findings", err=True)
            yield each


def _unseen(given: Mapping[str, Any]) -> list[str]:
    """What was not looked at, for want of an option."""
    found = []
    if given["egress_port"] is None:
        found.append("requests to other hosts: give --egress-port, and that proxy to the relay")
    if not given["spent_at"]:
        found.append("refunds: give --spent-at PATH#POINTER")
    return found


def _data(given: Mapping[str, Any], played: Sequence[Any]) -> dict[str, Any]:
    return {
        "relay": given["relay"],
        "findings": [asdict(finding) for each in played for finding in each.findings],
        "not_seen": _unseen(given),
        "cases": [
            {
                "case": each.case.name,
                "summary": each.case.summary,
                "create": each.create,
                "statuses": each.statuses,
                "upstream_jobs": each.jobs,
                "findings": len(each.findings),
            }
            for each in played
        ],
    }


def _show(given: Mapping[str, Any], played: Sequence[Any]) -> None:
    width = None if sys.stdout.isatty() else _WIDTH
    console = Console(markup=False, highlight=False, width=width)
    findings = [finding for each in played for finding in each.findings]
    if findings:
        table = Table("finding", "cases", "what shows it", show_lines=True)
        for rule in dict.fromkeys(finding.rule for finding in findings):
            of_rule = [finding for finding in findings if finding.rule == rule]
            for detail in dict.fromkeys(finding.detail for finding in of_rule):
                cases = ", ".join(each.case for each in of_rule if each.detail == detail)
                table.add_row(rule, cases, detail)
        console.print(table)
    console.print(f"{len(played)} cases: {len(findings) or 'no'} findings")
    for line in _unseen(given):
        console.print(f"not looked at: {line}")
