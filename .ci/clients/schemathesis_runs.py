"""Runs Schemathesis as it comes on what a fake serves, and compares its findings with known ones.

Called by `make client-tools`. A finding that is not in `known.yaml` fails, and so does an entry
there that no longer occurs. The phases are those that send the same requests each time; the tests
run the others, with hooks for what OpenAPI cannot say.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from openapi.dialects.loading import load_dialects
from video_gateway_mock import running_gateway

Finding = tuple[str, str, str]

KNOWN = Path(__file__).with_name("known.yaml")
# The coverage of every kind of fault takes minutes; the tests send them random ones.
FAULTS = ("--exclude-path-regex", "faults$")


def main(folder: Path) -> None:
    """Run all, and end with what differs from the known findings."""
    known = {
        (contract, entry["finding"], operation)
        for entry in yaml.safe_load(KNOWN.read_text(encoding="utf-8"))
        for contract in entry["contracts"]
        for operation in entry["operations"]
    }
    found = set(all_findings(folder))
    for finding in sorted(found - known):
        sys.stderr.write(f"schemathesis: new: {': '.join(finding)}\n")
    for finding in sorted(known - found):
        sys.stderr.write(f"schemathesis: no longer occurs, remove: {': '.join(finding)}\n")
    sys.stdout.write(f"schemathesis: {len(found & known)} known findings\n")
    sys.exit(found != known)


def all_findings(folder: Path) -> Iterator[Finding]:
    """The findings about every dialect's contract, and about the control API's document."""
    for dialect in load_dialects():
        # A job ends within a tenth of a second, so that all responses occur.
        with running_gateway(dialect=dialect, speed=1000) as gateway:
            address = f"{gateway.url}/openapi.json"
            yield from findings(folder / dialect, address, gateway.api_key)
    with running_gateway() as gateway:
        address = f"{gateway.url}/_mock/openapi.json"
        yield from findings(folder / "control", address, gateway.api_key, *FAULTS)


def findings(results: Path, address: str, key: str, *options: str) -> Iterator[Finding]:
    """The title and the operation of each finding of one run; ``results`` is its folder."""
    results.mkdir(exist_ok=True)
    report = results / "schemathesis.json"
    report.unlink(missing_ok=True)
    run = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", address, "--checks", "all"),
            *("--header", f"Authorization: Bearer {key}", "--seed", "1"),
            *("--phases", "examples,coverage", "--continue-on-failure", "--no-color"),
            *("--report", "json", "--report-json-path", str(report), *options),
        ],
        cwd=results,
        capture_output=True,
        text=True,
        check=False,
    )
    if not report.exists():
        sys.exit(f"schemathesis: no report\n{run.stdout}{run.stderr}")
    result = json.loads(report.read_text(encoding="utf-8"))
    if result["errors"] or not result["complete"]:
        sys.exit(f"schemathesis: did not finish\n{run.stdout}")
    (results / "schemathesis.txt").write_text(run.stdout, encoding="utf-8")
    for failure in result["failures"]:
        for operation in failure["operations"]:
            yield results.name, failure["title"], operation


main(Path(sys.argv[1]).resolve())
