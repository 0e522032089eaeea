"""The command ``gateway-mock bill``: what the jobs of a key cost on a running server."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from mock_server.cli.commands import FORMAT, print_table

if TYPE_CHECKING:
    from video_gateway_mock.records import Bill


@click.command("bill")
@click.option(
    "--url",
    default="http://127.0.0.1:8080",
    envvar="OPENAI_BASE_URL",
    show_default="$OPENAI_BASE_URL, else http://127.0.0.1:8080",
    help="URL of the running server.",
)
@click.option(
    "--api-key",
    envvar="OPENAI_API_KEY",
    metavar="KEY",
    show_default="$OPENAI_API_KEY",
    help="API key whose bill is printed.",
)
@click.option(
    "--admin-token", metavar="TOKEN", help="Print the sums of all keys instead, with this token."
)
@FORMAT
def bill_command(url: str, api_key: str | None, admin_token: str | None, form: str) -> None:
    """Print what the jobs of an API key cost on a running server, and which were paid twice."""
    from video_gateway_mock.handle import ControlError, Gateway

    if not (api_key or admin_token):
        raise click.UsageError(
            "Missing option '--api-key' for the bill of one key, or '--admin-token' for the sums "
            "of all keys; gateway-mock prints the token when it starts."
        )
    address = url.rstrip("/").removesuffix("/v1")
    try:
        if admin_token:
            _print_all(address, admin_token, form)
        else:
            _print_one(Gateway(address, api_key or "").bill, form)
    except (ControlError, ConnectionError) as error:
        raise click.ClickException(str(error)) from error


def _print_one(bill: "Bill", form: str) -> None:
    if form == "json":
        click.echo(json.dumps(asdict(bill), indent=2))
        return
    print_table(("job", "what", "state", "price", "request", "retry", "same as"), _rows(bill))
    click.echo("\n".join(_sums(bill)))


def _print_all(url: str, admin_token: str, form: str) -> None:
    from video_gateway_mock.handle.connection import Connection
    from video_gateway_mock.records import bill_of

    server = Connection(url, admin_token)
    keys = server.call("GET", "server/keys?limit=1000")["keys"]
    bills = [
        (key, bill_of(server.call("GET", f"bill?limit=1&tenant={key['tenant']}"))) for key in keys
    ]
    if form == "json":
        shown = [{**key, "bill": {**asdict(bill), "entries": []}} for key, bill in bills]
        click.echo(json.dumps(shown, indent=2))
        return
    head = "key", "jobs", "charged", "reserved", "refunded", "budget", "unpriced", "duplicates"
    print_table(
        head,
        (
            (
                key["key_end"] or key["tenant"],
                str(bill.jobs),
                *(f"${each}" for each in (bill.charged, bill.reserved, bill.refunded)),
                "-" if bill.budget is None else f"${bill.budget}",
                *(str(each) for each in (bill.unpriced, len(bill.duplicates))),
            )
            for key, bill in bills
        ),
    )


def _rows(bill: "Bill") -> Iterator[tuple[str, ...]]:
    same = {
        each.job: f"{each.first_job}, {each.after_ms / 1000:g} s ago" for each in bill.duplicates
    }
    for entry in bill.entries:
        number = "-" if entry.request is None else f"#{entry.request}"
        yield (
            entry.job,
            f"{entry.kind} {entry.model} {entry.seconds} s {entry.size}",
            entry.state if entry.removed_ms is None else f"{entry.state}, removed",
            "unknown" if entry.price is None else f"${entry.price}",
            number,
            str(entry.retry),
            same.get(entry.job, "-"),
        )


def _sums(bill: "Bill") -> Iterator[str]:
    yield (
        f"{bill.jobs} jobs: ${bill.charged} charged, ${bill.reserved} reserved, "
        f"${bill.refunded} refunded"
    )
    if bill.budget is not None:
        yield f"budget: ${bill.budget}"
    if bill.unpriced:
        yield f"{bill.unpriced} jobs have no known price and are in none of the sums"
    if bill.duplicates:
        yield f"{len(bill.duplicates)} jobs have the same request as an earlier one"
