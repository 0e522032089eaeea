"""Holds a gateway that nobody here wrote to the contract: LiteLLM's proxy in front of the fake.

Called by `make foreign-gateway`, which has installed the proxy in the folder that is given. A run
must find what is known to be true of the proxy, and explain all it finds by few causes. So must
what is derived from a recording of it, and its comparison with the fake. Then the proxy is drilled
as a relay whose upstream misbehaves.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from video_gateway_mock import running_gateway

HERE = Path(__file__).parent
KEY = "sk-proxy"
MODELS = ("sora-2", "sora-2-pro")
# Status 1: the contract is broken. Any other is a fault of the run.
BROKEN = 1
_MOST_TRIES = 1000


def main(folder: Path) -> None:
    """Run the contract, the recording and the drill, and hold what they found to what is known."""
    expected = yaml.safe_load((HERE / "litellm.yaml").read_text(encoding="utf-8"))
    faults = [*hold_to_contract(folder, expected), *drill(folder, expected["relay"])]
    if faults:
        sys.exit("\n".join(faults))
    print("as is known")


def drill(folder: Path, known: list[Mapping[str, str]]) -> Iterator[str]:
    """Drill the proxy as a relay, as it comes: with the repetitions that it makes by itself."""
    upstream, away = free_port(), free_port()
    with proxy(folder, f"http://127.0.0.1:{upstream}/v1", "sk-upstream", away=away) as url:
        report = contract(
            *(BROKEN, "relay", "--relay", url, "--api-key-env", "PROXY_KEY"),
            *("--upstream-port", upstream, "--egress-port", away),
            *("--patience", 5, "--format", "json"),
        )
    (folder / "relay.json").write_text(report, encoding="utf-8")
    found = json.loads(report)["findings"]
    print(f"{len(found)} findings of the drill")
    for rule, detail in dict.fromkeys((each["rule"], each["detail"][:160]) for each in found):
        print(f"  {rule}: {detail}")
    for each in known:
        if not any(
            (each["rule"], each["case"]) == (one["rule"], one["case"])
            and each["detail"] in one["detail"]
            for one in found
        ):
            yield f"not found by the drill: {each['what']} ({each['rule']})"


def hold_to_contract(folder: Path, expected: Mapping[str, Any]) -> list[str]:
    """Run the contract against the proxy and record it; derive from that and compare."""
    report = folder / "report.json"
    with (
        running_gateway(dialect="openai", speed=200) as fake,
        proxy(folder, f"{fake.url}/v1", fake.api_key, away=free_port(), retries=0) as url,
    ):
        live = ("--target", url, "--live", "--dialect", "openai", "--api-key-env", "PROXY_KEY",
                "--budget-jobs", "2")  # fmt: skip
        contract(BROKEN, "run", *live, "--report", report, "--html", report.with_suffix(".html"),
                 "--format", "json")  # fmt: skip
        cassette = folder / "recorded"
        shutil.rmtree(cassette, ignore_errors=True)
        contract(0, "record", cassette, *live)
    faults = [*from_recording(folder, cassette, expected)]
    found = json.loads(report.read_text(encoding="utf-8"))
    for cause in found["causes"]:
        print(f"{len(cause['findings']):4} findings  {', '.join(cause['checks'])}: "
              f"{cause['received'][:100]}")  # fmt: skip
    faults += differences(found, expected)
    print(f"{len(found['findings'])} findings of {len(found['causes'])} causes")
    return faults


def contract(status: int, command: str, *options: object) -> str:
    """What a command prints; the run ends if its exit status is another."""
    program = Path(sys.executable).parent / "gateway-contract"
    done = subprocess.run(
        [program, command, *map(str, options)],
        env={**os.environ, "PROXY_KEY": KEY}, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode != status:
        sys.exit(f"gateway-contract {command} ended with {done.returncode}, not {status}")
    return done.stdout


def from_recording(folder: Path, cassette: Path, expected: Mapping[str, Any]) -> Iterator[str]:
    """What the derived dialect and the comparison with the fake lack of what is known."""
    contract(0, "derive", cassette, "--base", "openai", "--out", folder / "derived")
    dialect = yaml.safe_load((folder / "derived/recorded.yaml").read_text(encoding="utf-8"))
    for known in expected["derived"]:
        if not any(known["rule"].items() <= rule.items() for rule in dialect["errors"]
                   if known["kind"] in rule["when"]):  # fmt: skip
            yield f"not derived: {known['what']} ({known['kind']})"
    page = folder / "comparison.html"
    shown = json.loads(contract(BROKEN, "compare", cassette, "mock", "--dialect", "openai",
                                "--budget-jobs", "2", "--html", page, "--format", "json"))  # fmt: skip
    for known in expected["compared"]:
        if not any(each["operation"] == known["operation"] and each["part"] == known["part"]
                   and each["one"].startswith(known["one"]) for each in shown["differences"]):  # fmt: skip
            yield f"not a difference: {known['what']} ({known['operation']}, {known['part']})"
    print(f"{len(shown['differences'])} differences from the fake: see {page}")


def differences(found: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    """What a report lacks of what is known, and whether it has too many causes."""
    most = expected["most_causes"]
    if len(found["causes"]) > most:
        yield f"{len(found['causes'])} causes; at most {most} were expected"
    for known in expected["known"]:
        if not any(shows(finding, known) for finding in found["findings"]):
            yield f"not found: {known['what']} (check {known['check']})"


def shows(finding: Mapping[str, Any], known: Mapping[str, str]) -> bool:
    """Whether a finding is what is known."""
    names = (finding["check"], finding["operation"])
    is_there = names == (known["check"], known["operation"])
    return is_there and finding["received"].startswith(known["received"])


@contextmanager
def proxy(
    folder: Path, upstream: str, key: str, *, away: int, retries: int | None = None
) -> Iterator[str]:
    """A proxy in front of an upstream that can reach nothing else; its address.

    What it asks of other hosts goes to the port ``away``. Without ``retries`` it repeats what it
    repeats by itself.
    """
    more = {} if retries is None else {"max_retries": retries}
    models = [
        {"model_name": name, "litellm_params":
            {"model": f"openai/{name}", "api_base": upstream, "api_key": key, **more}}
        for name in MODELS
    ]  # fmt: skip
    repeated = {} if retries is None else {"num_retries": retries}
    settings = {
        "model_list": models,
        "general_settings": {"master_key": KEY},
        "router_settings": repeated,
        "litellm_settings": {**repeated, "request_timeout": 10},
    }
    configuration = folder / "proxy.yaml"
    configuration.write_text(yaml.safe_dump(settings), encoding="utf-8")
    port = free_port()
    # Of ids that it does not know it asks the vendor's own host, which no test may reach.
    environment = {
        **os.environ,
        "HTTPS_PROXY": f"http://127.0.0.1:{away}",
        "NO_PROXY": "127.0.0.1,localhost",
        "AIOHTTP_TRUST_ENV": "True",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "OPENAI_API_KEY": key,
    }
    with (folder / "proxy.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [folder / "venv/bin/litellm", "--config", configuration,
             "--host", "127.0.0.1", "--port", str(port)],
            env=environment, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/health/liveliness", process)
            yield url
        finally:
            process.terminate()
            process.wait()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Ask until there is an answer, or the process has ended."""
    for _ in range(_MOST_TRIES):
        try:
            with urllib.request.urlopen(url):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    sys.exit("the proxy did not start; see proxy.log in .tools/gateways")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
