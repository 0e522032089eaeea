"""`derive` finds in a recording what a gateway does, and what it writes can be served."""

import json
import shlex
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from click.testing import CliRunner, Result

from contract_tests.cli.main import main
from mock_server.app import build_server
from mock_server.domain.clock import Pace
from mock_server.running import serving
from mock_server.settings import Settings
from openapi.dialects.dialect import Dialect
from openapi.dialects.loading import load_dialect
from video_gateway_mock import running_gateway

STUDIO = Path(__file__).with_name("studio.yaml")


def run(*arguments: str) -> Result:
    """One command in this process."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output[-2000:]
    return done


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder with what was derived from three jobs of a second gateway, and what was printed."""
    folder = tmp_path_factory.mktemp("derived")
    settings = Settings(
        dialect="studio",
        dialects=(STUDIO,),
        pace=Pace(speed=30),
        scenario="happy=2,fails_at_60=1",
        exact=False,
        seed=11,
    )
    with serving(build_server(settings)) as url:
        run("record", str(folder / "rec"), "--target", url, "--budget-jobs", "3")
    printed = run("derive", str(folder / "rec"), "--out", str(folder), "--format", "json")
    return folder, json.loads(printed.stdout)


@pytest.mark.long
def test_every_fact_that_traffic_shows_is_found(derived: tuple[Path, dict[str, Any]]) -> None:
    """Ids, words, keys, nulls, download, headers, operations, envelopes and errors are the same."""
    folder, _ = derived
    found, own = load_dialect(folder / "rec.yaml"), load_dialect(STUDIO)

    assert found.ids == own.ids
    assert found.statuses == own.statuses
    assert found.video == own.video
    assert found.progress == own.progress
    assert found.content == own.content
    assert found.headers.request_id.lower() == own.headers.request_id.lower()
    assert found.headers.request_id_prefix == own.headers.request_id_prefix
    assert found.headers.every == {name.lower(): value for name, value in own.headers.every.items()}
    assert found.headers.poll_after == own.headers.poll_after
    assert found.without == own.without
    assert bodies(found) == bodies(own)
    assert errors(folder / "rec.yaml") == errors(STUDIO)


def bodies(dialect: Dialect) -> list[str]:
    """The envelopes of a dialect, whatever they are called."""
    return sorted(json.dumps(each.body) for each in dialect.envelopes.values())


def errors(path: Path) -> dict[str, dict[str, Any]]:
    """What a dialect says of each kind of error, with bodies in the place of envelopes' names."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    names = {name: row["body"] for name, row in data["envelopes"].items()}
    return {
        kind: {
            "body": rule.get("envelope") and names[rule["envelope"]],
            **{key: rule.get(key) for key in ("at", "params", "status", "code", "message")},
        }
        for rule in data["errors"]
        for kind in rule["when"]
    }


@pytest.mark.long
def test_each_fact_has_its_evidence(derived: tuple[Path, dict[str, Any]]) -> None:
    """Every section says which exchanges of the cassette show it, or what is inferred."""
    _, printed = derived
    facts = {each["fact"]: each for each in printed["facts"]}

    assert facts["ids"]["source"].startswith("cassette rec #")
    assert {facts[name]["standing"] for name in ("ids", "statuses", "video")} == {"verified"}
    assert facts["models/sora-2-pro/timing"]["standing"] == "inferred"


@pytest.mark.long
def test_what_was_derived_is_served_as_it_stands(derived: tuple[Path, dict[str, Any]]) -> None:
    """The printed command starts a fake whose jobs look and end as the recorded ones."""
    _, printed = derived
    words = shlex.split(printed["serve"])
    options = dict(zip((each.removeprefix("--") for each in words[1::2]), words[2::2], strict=True))

    assert options["scenario"] == "recorded=2,recorded_failed=1"
    with running_gateway(**{**options, "scenario": "recorded"}) as gateway, ExitStack() as own:
        headers = {"authorization": f"Bearer {gateway.api_key}"}
        client = own.enter_context(httpx.Client(base_url=gateway.url, headers=headers))
        job = client.post("/v1/videos", json={"model": "sora-2", "prompt": "A cat"}).json()
        assert job["id"].startswith("clip_")
        assert job["status"] == "pending"
        gateway.clock.advance(10)
        assert client.get(f"/v1/videos/{job['id']}").json()["status"] == "completed"


@pytest.mark.long
def test_a_comparison_with_what_was_derived_finds_nothing(
    derived: tuple[Path, dict[str, Any]],
) -> None:
    """The recorded gateway and the fake that serves what was derived do the same."""
    folder, printed = derived
    words = shlex.split(printed["serve"])
    options = dict(zip((each.removeprefix("--") for each in words[1::2]), words[2::2], strict=True))
    with running_gateway(**options, exact=False, seed=3) as gateway:
        done = CliRunner().invoke(
            main, ["compare", str(folder / "rec"), gateway.url, "--budget-jobs", "3"]
        )

    assert done.exit_code == 0, done.output[-3000:]
