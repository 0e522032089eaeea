"""The script that polls and creates from thousands of connections, tried with a few."""

import json

from click.testing import CliRunner

from benchmarks import pollers
from mock_server.running import running_gateway
from mock_server.settings import Settings

SHORT = ("--json", "--seconds", "0.5", "--pollers", "20", "--creators", "5", "--pause", "0.05")


def test_nothing_is_lost_and_the_latency_is_reported() -> None:
    """Every answered job is found once, and the 99th percentile of both kinds is there."""
    printed = CliRunner().invoke(pollers.main, [*SHORT, "--", "--journal", "0"])
    found = json.loads(printed.stdout)

    assert (printed.exit_code, found["errors"]) == (0, {})
    assert found["jobs"] == found["create"]["answers"] > 5
    assert 0 < found["poll"]["p50_ms"] <= found["poll"]["p99_ms"] <= found["poll"]["longest_ms"]
    assert found["create"]["p99_ms"] > 0


def test_an_error_is_no_success() -> None:
    """An answer that is an error is counted, and the script ends with status 1."""
    with running_gateway(Settings(faults=("status status=503 nth=30",))) as gateway:
        printed = CliRunner().invoke(
            pollers.main, [*SHORT, "--tenants", "1", "--url", gateway.base_url]
        )
    errors = json.loads(printed.stdout)["errors"]

    assert printed.exit_code == 1
    assert {name.partition(" ")[2] for name in errors} == {"503"}


def test_a_server_that_does_not_start_is_reported() -> None:
    """Its own words are above, and the script ends with status 1."""
    printed = CliRunner().invoke(pollers.main, [*SHORT, "--", "--scenario", "none"])

    assert printed.exit_code == 1
    assert "the server did not start" in printed.output
