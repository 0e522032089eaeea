"""The drill for a relay: nothing is found on a transparent one, and each fault on a broken one."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from contract_tests.cli.main import main
from contract_tests.relay.caller import Caller
from contract_tests.relay.drill import RELAY_CASES, RelayError, chosen, drill
from contract_tests.relay.egress import Egress, egress
from contract_tests.relay.play import Setting
from contract_tests.relay.rules import RULES
from contract_tests.relay.spending import Spending, SpendingError
from tests.contract_tests.gateways import served, stub
from tests.contract_tests.relay import relays
from tests.contract_tests.relay.relays import Relay
from video_gateway_mock import Gateway, running_gateway

KEY = "sk-caller"
Make = Callable[[str, str], Relay]


@pytest.fixture(scope="module")
def server() -> Iterator[Gateway]:
    """The upstream of all relays."""
    with running_gateway(dialect="openai") as gateway:
        yield gateway


@pytest.fixture(scope="module")
def away() -> Iterator[Egress]:
    """The proxy that a relay's environment names."""
    with egress(0) as found:
        yield found


@contextmanager
def between(
    server: Gateway, make: Make, *, away: Egress | None = None, spending: Spending | None = None
) -> Iterator[Setting]:
    """A relay between the upstream and a caller."""
    upstream = server.with_key("sk-upstream-of-a-test")
    with served(stub(make(server.url, upstream.api_key))) as url:
        yield Setting(
            upstream=upstream,
            caller=Caller(url, KEY, "sora-2", 10),
            patience_s=0.3,
            egress=away,
            spending=spending,
        )


def found(setting: Setting, *cases: str) -> set[tuple[str, str]]:
    """The rules that are broken, with their cases."""
    return {
        (finding.rule, finding.case)
        for each in drill(setting, chosen(cases))
        for finding in each.findings
    }


@pytest.mark.long
def test_nothing_is_found_on_a_transparent_relay(server: Gateway, away: Egress) -> None:
    """What the upstream does wrong is not the relay's fault, in any case."""
    with between(server, Relay, away=away) as setting:
        played = list(drill(setting, RELAY_CASES))

    assert [finding for each in played for finding in each.findings] == []
    assert len(played) == len(RELAY_CASES) + 1


def fair(upstream: str, key: str) -> Relay:
    """A relay that refunds."""
    return relays.Charging(upstream, key, fair=True)


def unfair(upstream: str, key: str) -> Relay:
    """A relay that keeps refunds."""
    return relays.Charging(upstream, key, fair=False)


def with_key_in_header(upstream: str, key: str) -> Relay:
    """A relay that shows its key."""
    return relays.Revealing(upstream, key, lambda relay: relay.key)


def with_address_in_header(upstream: str, key: str) -> Relay:
    """A relay that shows where its upstream is."""
    return relays.Revealing(upstream, key, lambda relay: f"{relay.upstream}/v1")


@pytest.mark.parametrize(
    ("make", "rule", "cases"),
    [
        (relays.Resending, "create re-sent", ["create_lost", "answer_lost", "create_malformed"]),
        (relays.Optimist, "failure reported as success", ["fails_at_60", "moderation_late"]),
        (relays.Buffering, "failure reported as success", ["download_truncated"]),
        (relays.Caching, "status never ends", ["fails_at_60"]),
        (unfair, "refund not passed on", ["fails_at_60"]),
    ],
)
def test_each_fault_is_found_where_it_shows(
    server: Gateway, make: Make, rule: str, cases: Sequence[str]
) -> None:
    """A relay that breaks one rule breaks that one, in these cases, and no other."""
    spending = Spending.parse("/key/info#/info/spend")
    with between(server, make, spending=spending) as setting:
        shown = found(setting, *cases, "create_503", "instant")

    assert shown == {(rule, case) for case in cases}


@pytest.mark.parametrize(
    "make", [with_key_in_header, with_address_in_header, relays.Hiding, relays.Generous]
)
def test_what_leaks_is_found_in_every_case(server: Gateway, make: Make) -> None:
    """Keys, addresses and ids of the other side are found in headers, bodies and upstream."""
    with between(server, make) as setting:
        if make is relays.Generous:
            with pytest.raises(RelayError, match="sends the caller's own API key upstream"):
                found(setting, "instant")
            return
        assert ("leak", "instant") in found(setting, "instant")


def test_a_request_to_another_host_is_found(server: Gateway, away: Egress) -> None:
    """A relay that asks the vendor about what its upstream does not know is named with the host."""

    def make(upstream: str, key: str) -> Relay:
        return relays.Wandering(upstream, key, away.url)

    with between(server, make, away=away) as setting:
        played = list(drill(setting, chosen(["unknown_id", "instant"])))

    assert [(finding.rule, finding.case, finding.detail) for each in played
            for finding in each.findings] == [
        ("request to another host", "unknown_id", "a request left for vendor.example")
    ]  # fmt: skip


def test_a_fair_relay_keeps_no_refund(server: Gateway) -> None:
    """What was charged and given back is not held against a relay."""
    with between(server, fair, spending=Spending.parse("/key/info#/info/spend")) as setting:
        assert found(setting, "fails_at_60", "upstream_timeout") == set()


def test_every_rule_is_broken_by_a_relay_here() -> None:
    """No rule is without its proof."""
    assert set(RULES) == {
        "create re-sent",
        "failure reported as success",
        "status never ends",
        "refund not passed on",
        "leak",
        "request to another host",
    }


@pytest.mark.parametrize("text", ["key/info", "/key/info", "/key/info#spend", ""])
def test_a_place_is_a_path_and_a_pointer(text: str) -> None:
    """Anything else is refused with an example."""
    with pytest.raises(SpendingError, match="/key/info#/info/spend"):
        Spending.parse(text)


def test_the_command_drills_a_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    """It serves the upstream, prints what was found, and its status says so."""
    monkeypatch.setenv("RELAY_KEY", KEY)
    with egress(0) as free:
        port = free.url.rpartition(":")[2]
    make = relays.Resending(f"http://127.0.0.1:{port}", "sk-upstream")
    with served(stub(make)) as url:
        arguments = [
            *("relay", "--relay", url, "--api-key-env", "RELAY_KEY", "--upstream-port", port),
            *("--case", "create_lost", "--patience", "0.3"),
        ]
        result = CliRunner().invoke(main, [*arguments, "--format", "json"])

    report = relays.as_json(result.stdout)
    assert result.exit_code == 1
    (finding,) = report["findings"]
    assert (finding["rule"], finding["case"]) == ("create re-sent", "create_lost")
    assert "made 2 jobs upstream, which cost $0.8" in finding["detail"]
    assert [each["upstream_jobs"] for each in report["cases"]] == [1, 2]
    assert len(report["not_seen"]) == 2


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--api-key-env", "NO_SUCH_KEY"], 2, "NO_SUCH_KEY is not set"),
        (["--api-key-env", "PATH", "--case", "nope"], 2, "no case 'nope'"),
        (["--api-key-env", "PATH", "--spent-at", "spend"], 2, "is not PATH#POINTER"),
        (["--api-key-env", "PATH", "--upstream-port", "0"], 3, "the relay does not answer"),
    ],
)
def test_what_cannot_be_drilled_is_refused(arguments: list[str], status: int, message: str) -> None:
    """Each has its exit status, and the message says why."""
    result = CliRunner().invoke(main, ["relay", "--relay", "http://127.0.0.1:9", *arguments])

    assert (result.exit_code, message in result.output) == (status, True), result.output
