"""The cases of a drill for a relay, and the report on all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from contract_tests.relay.play import Setting, Trace, play, play_unknown
from contract_tests.relay.rules import Finding, judge
from video_gateway_mock.drill import CASES, ORDINARY, Case

UNKNOWN = Case("unknown_id", "the caller asks for a job that does not exist")
# Cases that are about the caller alone: a relay passes on what lasts long, or never ends.
_CALLERS = frozenset({"stuck_queued", "stuck_at_99", "slow", "stale", "latency", "download_slow"})
RELAY_CASES = (*(case for case in CASES if case.name not in _CALLERS), UNKNOWN)


class RelayError(Exception):
    """The relay cannot be drilled; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Played:
    """One case: what was found, and how it went for the caller."""

    case: Case
    findings: Sequence[Finding]
    create: str
    statuses: Sequence[str]
    jobs: int


def chosen(patterns: Sequence[str]) -> Sequence[Case]:
    """The cases whose names match; all without a pattern.

    Raises:
        RelayError: a pattern matches none.
    """
    for pattern in patterns:
        if not any(fnmatchcase(case.name, pattern) for case in RELAY_CASES):
            known = ", ".join(case.name for case in RELAY_CASES)
            raise RelayError(f"no case '{pattern}'; known: {known}")
    return [
        case
        for case in RELAY_CASES
        if not patterns or any(fnmatchcase(case.name, pattern) for pattern in patterns)
    ]


def drill(setting: Setting, cases: Sequence[Case]) -> Iterator[Played]:
    """Play the ordinary case, then the others, and judge each.

    Raises:
        RelayError: the ordinary case does not end with a film, so that nothing can be compared.
    """
    ordinary = play(ORDINARY, setting)
    _require_relayed(ordinary, setting)
    yield _played(ordinary, ordinary, setting)
    for case in cases:
        trace = play_unknown(case, setting) if case == UNKNOWN else play(case, setting)
        yield _played(ordinary, trace, setting)


def _played(ordinary: Trace, trace: Trace, setting: Setting) -> Played:
    findings = judge(ordinary, trace, setting)
    return Played(trace.case, findings, str(trace.create), trace.statuses, trace.bill.jobs)


def _require_relayed(trace: Trace, setting: Setting) -> None:
    """Refuse a relay that cannot do the ordinary."""
    create, upstream = trace.create, setting.upstream
    if not create.status:
        raise RelayError(f"the relay does not answer: {create.trouble}")
    if not trace.requests and upstream.with_key(setting.caller.api_key).request_count:
        raise RelayError(
            "the relay sends the caller's own API key upstream: if that is meant, name its "
            "environment variable with --upstream-key-env, too"
        )
    if not trace.requests:
        raise RelayError(
            f"{create}, but the upstream received nothing: configure the relay to use the base URL "
            f"{upstream.base_url} with the API key {upstream.api_key}"
        )
    if trace.job is None or "completed" not in trace.statuses:
        raise RelayError(
            f"the relay makes no film while nothing goes wrong: {create}, then {trace.statuses}; "
            f"{create.body[:300].decode('utf-8', 'replace')}"
        )
