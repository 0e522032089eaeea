"""Sends requests with wrk: one thread, with a Lua script that chooses the request."""

import subprocess
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.requests import GRACE_S, Call, LoadError, Pressure, Round

_REPORT = """
done = function(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d", summary.requests, summary.duration,
    failed.status, failed.connect + failed.read + failed.write + failed.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""
_PATIENCE_S = 20
_LONGEST_S = 16
_FIRST_ERROR = 400


@dataclass(frozen=True, slots=True)
class Outcome:
    """What wrk counted: all answers, those with an error's status, and those that never came."""

    answers: int
    seconds: float
    refused: int
    broken: int
    p50_ms: float
    p99_ms: float

    @property
    def round(self) -> Round:
        """The same as rates and times."""
        return Round(self.answers / self.seconds, self.p50_ms, self.p99_ms, self.answers)


def load_with_wrk(url: str, call: Call, pressure: Pressure) -> Round:
    """One round, in whole seconds, of one request over and over.

    Raises:
        LoadError: an answer was not what it should be.
    """
    outcome = run_script(url + call.path, _same(call), pressure)
    unexpected = outcome.refused
    if call.answered >= _FIRST_ERROR:
        unexpected = outcome.answers - outcome.refused
    demand_all(outcome, unexpected)
    return outcome.round


def demand_all(outcome: Outcome, unexpected: int) -> None:
    """Take nothing less than that all answers came and are as they should be.

    Raises:
        LoadError: one is not.
    """
    if not outcome.answers:
        raise LoadError("no answer in time")
    if outcome.broken or unexpected:
        bad = outcome.broken + unexpected
        raise LoadError(f"{bad} of {outcome.answers} answers were not as they should be")


def run_script(url: str, script: str, pressure: Pressure) -> Outcome:
    """Run a Lua script, in whole seconds, on one thread.

    Where nobody was answered at all, it is run again, each time for twice as long.

    Raises:
        LoadError: wrk did not run to its end.
    """
    outcome = _run(url, script, pressure)
    while not outcome.answers and not outcome.broken and pressure.seconds < _LONGEST_S:
        pressure = replace(pressure, seconds=2 * pressure.seconds)
        outcome = _run(url, script, pressure)
    return outcome


def _run(url: str, script: str, pressure: Pressure) -> Outcome:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "requests.lua"
        path.write_text(script + _REPORT, encoding="utf-8")
        size = (f"-c{pressure.connections}", f"-d{ceil(pressure.seconds)}s")
        command = ["wrk", "-t1", *size, f"--timeout={_PATIENCE_S}s", f"-s{path}", url]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=pressure.seconds + GRACE_S,
                check=True,
            )
        except subprocess.SubprocessError as error:
            raise LoadError(f"wrk did not end as it should: {error}") from error
    _, found, figures = done.stdout.partition("RESULT ")
    if not found:
        raise LoadError(f"wrk reported nothing: {done.stdout}{done.stderr}")
    answers, microseconds, refused, broken, p50, p99 = map(int, figures.split())
    return Outcome(answers, microseconds / 1e6, refused, broken, p50 / 1e3, p99 / 1e3)


def _same(call: Call) -> str:
    head = f'wrk.method = "{call.method}"\nwrk.body = {lua_text(call.body)}\n'
    return head + "".join(
        f'wrk.headers["{name}"] = "{text}"\n' for name, text in call.headers.items()
    )


def lua_text(text: bytes) -> str:
    """Bytes as a Lua string: every byte by its number, since Lua's long strings alter line ends."""
    return '"' + "".join(f"\\{byte:03}" for byte in text) + '"'
