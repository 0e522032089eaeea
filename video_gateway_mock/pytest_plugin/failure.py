"""The section about the fake in the report of a failed test: last requests and jobs."""

from collections.abc import Iterator

import pytest

from video_gateway_mock.handle import ControlError, Gateway, JobRecord, Request
from video_gateway_mock.pytest_plugin.options import SDK_WARNING

_SHOWN = 20
_WARNING_HINT = (
    "The OpenAI SDK warns on every call of the videos API, and here warnings are errors.\n"
    "Set video_gateway_sdk_warnings = ignore in the pytest configuration."
)


def sections(gateway: Gateway, call: pytest.CallInfo[None]) -> Iterator[tuple[str, str]]:
    """Title and text of each section to add to the report."""
    yield "video gateway", journal_section(gateway)
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, DeprecationWarning) and SDK_WARNING in str(error):
        yield "video gateway: the SDK's warning", _WARNING_HINT


def journal_section(gateway: Gateway) -> str:
    """The last requests and jobs, one per line."""
    try:
        requests, jobs = gateway.requests, gateway.jobs
        faults = [fault.report() for fault in gateway.faults]
    except (ControlError, ConnectionError) as error:
        return f"the fake does not answer: {error}"
    lines = [f"{len(requests)} requests, the last {_SHOWN} of them at most:"]
    lines += [_request(one) for one in requests[-_SHOWN:]]
    lines += [f"  {fault}" for fault in faults]
    lines.append(f"{len(jobs)} jobs, the last {_SHOWN} of them at most:")
    lines += [_job(job) for job in jobs[-_SHOWN:]]
    return "\n".join(lines)


def _request(one: Request) -> str:
    words = [f"  #{one.number}", one.method, one.path, "->", str(one.status or "dropped")]
    marks = {
        "code": one.code,
        "faults": ",".join(one.faults),
        "scenario": one.scenario,
        "job": one.job,
    }
    words += [f"{name}={value}" for name, value in marks.items() if value]
    return " ".join(words) + (f" retry={one.retry}" if one.retry else "")


def _job(job: JobRecord) -> str:
    return f"  {job.id} {job.scenario}: {job.status} {job.progress} %"
