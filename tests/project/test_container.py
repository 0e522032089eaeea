"""Holds Dockerfile and compose.yaml to the server that they run, and to each other."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from packaging.specifiers import SpecifierSet
from pathspec import GitIgnoreSpec

from mock_server.cli import main
from mock_server.observability.health import READY
from mock_server.settings import Settings
from tests.project.container import (
    compose,
    health_command,
    ignored,
    last,
    option,
    options,
    seconds,
    steps,
)
from tests.project.source import PACKAGES, ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SERVICES: dict[str, Any] = compose()["services"]
GATEWAY: dict[str, Any] = SERVICES["gateway"]
DOOR: str = compose()["configs"]["door"]["content"]
START = last("ENTRYPOINT").words()


def test_the_base_image_has_a_python_that_the_package_takes() -> None:
    """Both stages stand on the same version, and pyproject.toml allows it."""
    images = [step.text.split()[0] for step in steps() if step.name == "FROM"]
    version = images[0].removeprefix("python:").removesuffix("-slim")

    assert images == [f"python:{version}-slim"] * 2
    assert SpecifierSet(PROJECT["requires-python"]).contains(version)


def test_everything_that_is_copied_is_there() -> None:
    """Each source exists and is sent to the builder, and every package is among them."""
    copied = [step.words() for step in steps() if step.name == "COPY" and "--from" not in step.text]
    sources = [word for words in copied for word in words[:-1]]
    unsent = GitIgnoreSpec.from_lines(ignored())

    assert [name for name in sources if not (ROOT / name).exists()] == []
    assert [name for name in sources if unsent.match_file(name)] == []
    assert {*PACKAGES, "pyproject.toml", PROJECT["readme"], *PROJECT["license-files"]} <= {*sources}


def test_secrets_are_not_sent_to_the_builder() -> None:
    """What lies about in a checkout stays out of images."""
    unsent = GitIgnoreSpec.from_lines(ignored())

    assert all(map(unsent.match_file, ("gateway_keys.txt", ".git/config", ".env", ".venv/x")))


def test_only_pinned_versions_are_installed() -> None:
    """Every installation, the build's own included, is bound by constraints.txt."""
    run = " ".join(step.text for step in steps() if step.name == "RUN")
    installs = [part for part in run.split("&&") if "pip install" in part]

    assert len(installs) == 2
    assert all("--constraint constraints.txt" in install for install in installs)
    assert "--build-constraint constraints.txt" in installs[-1]


def test_extras_that_are_installed_exist() -> None:
    """A name that pyproject.toml does not know would be left out with a warning only."""
    run = " ".join(step.text for step in steps() if step.name == "RUN")
    extras = {name for found in re.findall(r"'\.\[(.*?)\]'", run) for name in found.split(",")}

    assert extras <= set(PROJECT["optional-dependencies"])


def test_it_does_not_run_as_root() -> None:
    """The user is a number, so that it can be checked from outside, and is made in the image."""
    user, group = last("USER").text.split(":")
    run = " ".join(step.text for step in steps() if step.name == "RUN")

    assert int(user) > 0
    assert int(group) > 0
    assert f"--uid {user}" in run


def test_no_installer_is_left_inside() -> None:
    """Neither stage leaves pip behind, and nothing is compiled in the last one."""
    runs = [step.text for step in steps() if step.name == "RUN"]

    assert all("pip uninstall --yes pip" in run for run in runs)
    assert "apt" not in " ".join(runs)


def test_one_port_is_meant_everywhere() -> None:
    """Server, image, health check, composition and door name the same."""
    port = option(START, "--port")

    assert last("EXPOSE").text == port
    assert f"http://127.0.0.1:{port}{READY}" in health_command()
    assert GATEWAY["expose"] == [port]
    assert f"gateway:{port} check" in DOOR


def test_the_health_check_is_a_program() -> None:
    """It parses, and asks within the time that it is given."""
    compile(health_command(), "HEALTHCHECK", "exec")
    allowed = re.search(r"--timeout=(\d+)s", last("HEALTHCHECK").text)
    asked = re.search(r"timeout=(\d+)\)", health_command())

    assert allowed is not None
    assert asked is not None
    assert int(asked[1]) < int(allowed[1])


@pytest.mark.parametrize("command", [last("CMD").words(), GATEWAY["command"]], ids=str)
def test_the_server_takes_these_options(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str]
) -> None:
    """Each option exists, its value is allowed, and other machines are let in with keys only."""
    keys = tmp_path / "keys.txt"
    keys.write_text("sk-anything\n")
    served: list[Settings] = []
    monkeypatch.setattr(
        "mock_server.cli.serve.serve", lambda _host, _port, settings: served.append(settings)
    )
    words = [*START[1:], *command]
    words[words.index("--keys-file") + 1] = str(keys)
    result = CliRunner().invoke(main.main, words)

    assert result.output == ""
    assert [settings.keys for settings in served] == [frozenset({"sk-anything"})]
    assert START[0] in PROJECT["scripts"]
    assert set(options(words)) <= {name for each in main.main.params for name in each.opts}


def test_the_keys_are_where_they_are_mounted() -> None:
    """The file that the image reads is the secret of the composition."""
    (secret,) = GATEWAY["secrets"]

    assert option(START, "--keys-file") == f"/run/secrets/{secret}"
    assert secret in compose()["secrets"]


def test_replicas_share_one_valkey() -> None:
    """Three of them, on the store that the composition starts, which keeps what it is given."""
    address = option(GATEWAY["command"], "--store")
    service = SERVICES[address.removeprefix("redis://").partition(":")[0]]

    assert GATEWAY["deploy"]["replicas"] == 3
    assert service["image"].startswith("valkey/valkey:")
    assert "--appendonly" in service["command"]
    assert all(volume.partition(":")[0] in compose()["volumes"] for volume in service["volumes"])


def test_the_door_knows_every_replica() -> None:
    """It has a place for each, asks whether it is ready, and never sends a create twice."""
    replicas = GATEWAY["deploy"]["replicas"]

    assert f"server-template replica {replicas} gateway:" in DOOR
    assert f"option httpchk GET {READY}" in DOOR
    assert re.findall(r"^ *retry-on (.*)$", DOOR, re.MULTILINE) == ["conn-failure"]


def test_only_this_machine_gets_in() -> None:
    """One service has a port outside, and that on loopback."""
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]

    assert len(ports) == 1
    assert ports[0].startswith("127.0.0.1:")


def test_answers_under_way_are_waited_for() -> None:
    """The container is given longer than the server takes to drain."""
    assert seconds(GATEWAY["stop_grace_period"]) > int(option(GATEWAY["command"], "--drain"))
    assert last("STOPSIGNAL").text == "SIGTERM"


def test_every_dependency_is_a_service_with_a_health_check() -> None:
    """Waiting for the health of what has none would wait for ever."""
    for service in SERVICES.values():
        for name in service.get("depends_on", ()):
            own = "build" in SERVICES[name]
            assert own or "healthcheck" in SERVICES[name]
