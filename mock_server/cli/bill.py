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
    required=True,
    metavar="KEY",
    show_default="$OPENAI_API_KEY",
    help="API key whose bill is printed.",
)
@FORMAT
def bill_command(url: str, api_key: str, form: str) -> None:
    """Print what the jobs of an API key cost on a running server, and which were paid twice."""
    from video_gateway_mock.handle import ControlError, Gateway

    try:
        bill = Gateway(url.rstrip("/").removesuffix("/v1"), api_key).bill
    except (ControlError, ConnectionError) as error:
        raise click.ClickException(str(error)) from error
    if form == "json":
        click.echo(json.dumps(asdict(bill), indent=2))
        return
    print_table(("job", "what", "state", "price", "request", "retry", "same as"), _rows(bill))
    click.echo("\n".join(_sums(bill)))


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
