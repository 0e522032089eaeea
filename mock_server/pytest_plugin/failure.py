"""What the report of a failed test says of the fake: its last requests and its jobs."""

from mock_server.handle import ControlError, Gateway, JobRecord, Request

_SHOWN = 20


def journal_section(gateway: Gateway) -> str:
    """The last requests and jobs, one a line."""
    try:
        requests, jobs = gateway.requests, gateway.jobs
    except (ControlError, ConnectionError) as error:
        return f"the fake does not answer: {error}"
    lines = [f"{len(requests)} requests, the last {_SHOWN} of them at most:"]
    lines += [_request(one) for one in requests[-_SHOWN:]]
    lines += [f"  fault {fault.kind}: used {fault.fired} times" for fault in gateway.faults]
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
