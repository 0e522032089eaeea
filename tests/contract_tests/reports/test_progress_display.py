"""What a run shows while it goes on: a line a stage, or a live display on a terminal."""

import json
from io import StringIO

from click.testing import CliRunner
from rich.console import Console

from contract_tests.cli.main import main
from contract_tests.lifecycle.waiting import Wait
from contract_tests.reports.progress_display import shown_progress
from contract_tests.runner.progress import Counts
from tests.contract_tests.gateways import journaled


def test_a_pipe_gets_a_line_for_each_stage() -> None:
    """Each line has requests, jobs, money and seconds; standard output has the report only."""
    with journaled() as (url, _):
        reach = ("--target", url, "--live", "--api-key-env", "CANARY_KEY", "--budget-jobs", "1")
        options = ("--checks", "status_order", "--format", "json")
        result = CliRunner().invoke(main, ["run", *reach, *options])
    lines = result.stderr.splitlines()

    assert json.loads(result.stdout)["verdict"] == "clean"
    assert lines[0].startswith("Looking whether the target is there; 0 requests of 600")
    assert any("waits for J1 video_" in line for line in lines) or len(lines) >= 6
    assert "1 job of 1 planned, $0.40 of $0.40" in lines[-1]


def test_a_terminal_shows_what_goes_on() -> None:
    """The display has the stage, what is used up, and each job with its status."""
    console = Console(file=StringIO(), force_terminal=True, width=120, highlight=False)
    with shown_progress(console) as progress:
        progress.counts = lambda: Counts(requests=57, most_requests=400, jobs="1 job of 2 planned")
        progress.begin("Observing")
        progress.go_on("polls")
        progress.wait((Wait(job="J1 video_1", status="queued", progress=None, left=lambda: 9.0),))
    shown = console.file.getvalue()  # type: ignore[attr-defined]

    assert "Observing: polls" in shown
    assert "57 requests of 400, 1 job of 2 planned" in shown
    assert "waits for J1 video_1 (queued, 9 s left)" in shown
