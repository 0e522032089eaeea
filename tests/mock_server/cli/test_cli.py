"""``gateway-mock``: refuses what cannot work with a sentence, and passes the rest on."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_server.cli import main
from mock_server.domain.clock import Pace
from mock_server.faults import FAULTS
from mock_server.http.limits import BodyLimits, ConnectionLimits
from mock_server.journal.journal import JournalLimits
from mock_server.settings import DIALECTS, MediaSettings, Settings, WebhookSettings


def gateway_mock(*arguments: str) -> Result:
    """What the command does with these arguments; it would not come to serving."""
    return CliRunner().invoke(main.main, arguments)


@pytest.fixture(autouse=True)
def _nobody_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that should have been refused fails its test instead of serving for ever."""

    def came_to_serving(*_: object, **__: object) -> None:
        raise AssertionError("the command was not refused")

    monkeypatch.setattr("mock_server.cli.serve.run", came_to_serving)


REFUSED = (
    (["--speed", "0"], "must be from 0.001 to 100,000"),
    (["--speed", "1e-320"], "must be from 0.001 to 100,000"),
    (["--speed", "nan"], "must be from 0.001"),
    (["--speed", "inf"], "must be from 0.001"),
    (["--speed", "1e9"], "must be from 0.001"),
    (["--speed", "fast"], "--speed"),
    (["--step", "0"], "seconds from 0.001 to 1,000,000,000"),
    (["--step", "1e10"], "seconds from 0.001 to 1,000,000,000"),
    (["--step", "5", "--speed", "2"], "exclude each other"),
    (["--step", "5", "--frozen"], "exclude each other"),
    (["--start", "yesterday"], "--start"),
    (["--start", "1969-12-31"], "from 1970 to the year 3000"),
    (["--start", "9999-12-31"], "from 1970 to the year 3000"),
    (["--journal", "100001"], "--journal"),
    (["--webhook-timeout", "nan"], "nan is not a finite number"),
    (["--webhook-timeout", "301"], "--webhook-timeout"),
    (["--drain", "86401"], "--drain"),
    (["--seed", "9223372036854775808"], "--seed"),
    (["--max-body", "1e3"], "--max-body"),
    (["--max-depth", "1001"], "--max-depth"),
    (["--admin-token", ""], "--admin-token is empty: give printable ASCII"),
    (["--admin-token", " \t"], "--admin-token is empty: give printable ASCII"),
    (["--admin-token", "two words"], "--admin-token cannot be sent in a header"),
    (["--admin-token", "schl\u00fcssel"], "--admin-token cannot be sent in a header"),
    (["--fault", "status"], "--fault 'status': the fault 'status' needs 'status' or 'code'"),
    (["--fault", "status status=503 nth=1e300"], "'nth' of '1e300', but it must be a whole number"),
    (["--scenario", "happy=1e308"], "must be a number from 0.001 to 1,000,000"),
    (["--scenario", "happy=nan"], "must be a number from 0.001 to 1,000,000"),
    (["--journal", "-1"], "--journal"),
    (["--port", "65536"], "--port"),
    (["--port", "-1"], "--port"),
    (["--max-body", "0"], "--max-body"),
    (["--max-connections", "0"], "--max-connections"),
    (["--read-timeout", "0"], "--read-timeout"),
    (["--dialect", "klingon"], "--dialect klingon: known are gateway, new-api, openai"),
    (["--store", "postgres://host"], "--store postgres://host: no such store; use 'memory'"),
    (["--store", "sqlite:///absent/jobs.db"], "jobs.db cannot be used: it cannot be opened"),
    (["--webhook-host", "http://hooks"], "--webhook-host http://hooks: give only the name"),
    (["--workers", "2"], "--workers 2 cannot share --store memory"),
    (["--workers", "0"], "--workers"),
    (
        ["--snapshot", "absent/it", "--store", "memory"],
        "--snapshot absent/it: its folder must exist",
    ),
    (["--snapshot", "it", "--store", "sqlite:///it.db"], "--snapshot is for --store memory"),
    (["--retain", "0"], "--retain 0: give a number of jobs"),
    (["--retain", "7w"], "--retain 7w: give a number of jobs"),
    (["--retain", "5", "--retain", "6"], "--retain 6: give a number of jobs"),
    (["--seed", "x"], "--seed"),
    (["--scenario", "fials"], "--scenario fials: No scenario 'fials'; known: "),
    (["--scenario", "happy=0"], "--scenario happy=0: The weight of scenario 'happy' is 0.0"),
    (["--fault", "latncy"], "--fault 'latncy': no fault 'latncy'; known: latency, "),
    (["--fault", "latency ms=-1"], "has 'ms' of -1.0, but it must be a number from 0"),
    (["--nobody"], "No such option"),
    (["extra"], "No such command 'extra'"),
)


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED, ids=str)
def test_a_refused_option_is_explained(arguments: list[str], sentence: str) -> None:
    """Exit status and one sentence that names the option or the way out; never a trace."""
    result = gateway_mock(*arguments)

    assert result.exit_code in (1, 2)
    assert sentence in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.test", ""])
def test_other_machines_need_keys(host: str) -> None:
    """An address that can be reached from elsewhere is refused without a key list."""
    result = gateway_mock("--host", host)

    assert result.exit_code == 2
    assert "--keys-file FILE" in result.output
    assert "127.0.0.1" in result.output


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback_needs_no_keys(served: list[tuple[str, int, Settings]], host: str) -> None:
    """On this machine any key will do."""
    gateway_mock("--host", host)

    assert [(at, settings.keys) for at, _, settings in served] == [(host, None)]


@pytest.mark.parametrize(
    ("arguments", "exact"),
    [
        ([], False),
        (["--speed", "60"], False),
        (["--exact"], True),
        (["--frozen"], True),
        (["--step", "5"], True),
        (["--frozen", "--no-exact"], False),
    ],
    ids=str,
)
def test_times_are_drawn_on_a_clock_that_runs(
    served: list[tuple[str, int, Settings]], arguments: list[str], exact: bool
) -> None:
    """Who moves the clock gets exact times, everyone else drawn ones, unless they say so."""
    gateway_mock(*arguments)

    assert [settings.exact for _, _, settings in served] == [exact]


def test_keys_open_the_door(served: list[tuple[str, int, Settings]], tmp_path: Path) -> None:
    """With a key list any address may be listened on."""
    keys = tmp_path / "keys.txt"
    keys.write_text("one\ntwo\n")
    gateway_mock("--host", "0.0.0.0", "--keys-file", str(keys))

    assert [(host, settings.keys) for host, _, settings in served] == [
        ("0.0.0.0", frozenset({"one", "two"}))
    ]


@pytest.mark.parametrize("text", [None, "", "key # comment\n"])
def test_unusable_keys_are_refused(tmp_path: Path, text: str | None) -> None:
    """A key file that is missing, empty or wrong stops the server before it starts."""
    keys = tmp_path / "keys.txt"
    if text is not None:
        keys.write_text(text)
    result = gateway_mock("--keys-file", str(keys))

    assert result.exit_code == 1
    assert str(keys) in result.output.replace("\n", "")


def test_defaults_are_the_settings_own(served: list[tuple[str, int, Settings]]) -> None:
    """Without options the server is that of `Settings()` on port 8080, but it draws times."""
    gateway_mock()

    assert served == [("127.0.0.1", 8080, Settings(exact=False))]


def test_every_option_reaches_the_settings(
    served: list[tuple[str, int, Settings]], tmp_path: Path
) -> None:
    """No option is read and forgotten."""
    gateway_mock(
        *("--port", "0", "--speed", "60", "--max-body", "5", "--seed", "7"),
        *("--validate-responses", "--dialect", DIALECTS[0], "--store", "memory"),
        *("--contract", str(tmp_path / "c.yaml"), "--models", str(tmp_path / "m.yaml")),
        *("--scenario", "happy=8,slow=1", "--scenarios", str(tmp_path / "s.yaml")),
        *("--fault", "latency ms=1", "--fault", "status", "--redact", "prompt"),
        *("--journal", "9", "--journal-header", "x-film"),
        *("--admin-token", "secret", "--cors", "https://example.test"),
        *("--allow-host", "films.example", "--public-url", "https://films.example/sora"),
        *("--max-bodies", "18"),
        *("--max-parts", "6", "--max-field", "7", "--max-depth", "8", "--max-values", "9"),
        *("--max-url", "100", "--max-headers", "11", "--max-header-bytes", "512"),
        *("--max-connections", "13", "--read-timeout", "14", "--keep-alive", "15"),
        *("--drain", "16", "--render-workers", "17"),
        *("--log-format", "json", "--log-level", "error"),
        *("--webhook-host", "hooks", "--webhook-timeout", "2"),
    )

    wanted = Settings(
        pace=Pace(speed=60),
        exact=False,
        body=BodyLimits(size=5, parts=6, field=7, depth=8, values=9),
        seed=7,
        validate_responses=True,
        contract=tmp_path / "c.yaml",
        models=tmp_path / "m.yaml",
        scenario="happy=8,slow=1",
        scenarios=(tmp_path / "s.yaml",),
        faults=("latency ms=1", "status"),
        journal=JournalLimits(9, headers=("x-film",)),
        redact=frozenset({"prompt"}),
        admin_token="secret",
        cors=("https://example.test",),
        allow_hosts=("films.example",),
        public_url="https://films.example/sora",
        connections=ConnectionLimits(
            bodies=18,
            url=100,
            headers=11,
            header_bytes=512,
            open=13,
            read_s=14,
            keep_alive_s=15,
            drain_s=16,
        ),
        media=MediaSettings(workers=17),
        log_format="json",
        log_level="error",
        webhooks=WebhookSettings(hosts=("hooks",), timeout_s=2),
    )
    assert served == [("127.0.0.1", 0, wanted)]


def test_faults_are_listed_with_their_settings() -> None:
    """People get a table; programs get each kind's settings as a schema."""
    table = gateway_mock("faults").output
    rows = json.loads(gateway_mock("faults", "--format", "json").output)

    assert [row["kind"] for row in rows] == list(FAULTS)
    assert all(kind in table for kind in FAULTS)
    assert rows[0]["settings"]["properties"]["ms"]["minimum"] == 0


def test_help_names_every_option() -> None:
    """What can be chosen is listed with its default."""
    result = gateway_mock("--help")

    assert result.exit_code == 0
    for parameter in main.main.params:
        assert parameter.opts[0] in result.output
    assert "[default: 127.0.0.1]" in result.output
