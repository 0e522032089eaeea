"""What goes wrong in a drill: every shipped scenario, and every kind of fault where it bites."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from video_gateway_mock.handle.gateway import Gateway

_CREATES = ("createVideo", "createUnifiedVideo")
_POLLS = ("retrieveVideo", "queryUnifiedVideo")
_DOWNLOADS = ("downloadVideoContent",)

Fault = Mapping[str, Any]
Rows = Mapping[str, tuple[str, str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario of all new jobs, or faults; ``name`` is unique among all."""

    name: str
    summary: str
    scenario: str | None = None
    faults: tuple[Fault, ...] = ()

    def begin(self, gateway: Gateway) -> None:
        """Set it for the gateway's API key."""
        if self.scenario is not None:
            gateway.scenario(self.scenario)
        for fault in self.faults:
            gateway.fault(**fault, strict=False)


def _scenarios(**summaries: str) -> Iterator[Case]:
    for name, summary in summaries.items():
        yield Case(name, summary, scenario=name)


def _on(operations: tuple[str, ...], kind: str, **settings: Any) -> tuple[Fault, ...]:
    return tuple({"kind": kind, "operation": each, **settings} for each in operations)


def _creates() -> Iterator[Case]:
    rows: Rows = {
        "create_lost": ("the first create's answer is lost", "disconnect", {"after_work": True}),
        "create_dropped": ("the first create does not arrive", "disconnect", {}),
        "create_truncated": ("the first create's answer breaks off", "truncated", {}),
        "create_malformed": ("the first create's answer is no JSON", "malformed_json", {}),
        "create_duplicated": ("the first create's answer comes twice", "duplicated", {}),
        "create_html": ("the first create gets a web page", "html", {}),
        "create_503": ("the first create gets status 503", "status", {"status": 503}),
        "create_429": ("the first create is one too many", "rate_limit", {"retry_after_ms": 1}),
    }
    for name, (summary, kind, settings) in rows.items():
        yield Case(name, summary, faults=_on(_CREATES, kind, first=1, **settings))
    refusals: Rows = {
        "create_500": ("every create gets status 500", "status", {"status": 500}),
        "quota": ("nothing is left of the quota", "quota", {"limit": 0}),
        "model_retired": ("the model is retired", "model_retired", {}),
        "channel_paused": (
            "the channel is paused",
            "status",
            {"status": 503, "code": "model_paused", "retry_after_ms": 1},
        ),
        "key_exhausted": ("the key has no money left", "key_exhausted", {}),
        "no_channel": ("there is no channel", "no_channel", {}),
    }
    for name, (summary, kind, settings) in refusals.items():
        yield Case(name, summary, faults=_on(_CREATES, kind, **settings))


def _polls() -> Iterator[Case]:
    rows: Rows = {
        "poll_dropped": ("polls are dropped", "disconnect", {}),
        "poll_truncated": ("answers of polls break off", "truncated", {}),
        "poll_malformed": ("answers of polls are no JSON", "malformed_json", {}),
        "poll_html": ("polls get a web page", "html", {}),
        "poll_text": ("answers of polls are called text", "wrong_content_type", {}),
        "poll_503": ("polls get status 503", "status", {"status": 503}),
        "poll_429": ("polls are too many", "rate_limit", {"retry_after_ms": 1}),
        "poll_no_status": ("jobs are shown without a status", "schema_break", {"how": "missing"}),
    }
    for name, (summary, kind, settings) in rows.items():
        yield Case(name, f"the first two {summary}", faults=_on(_POLLS, kind, first=2, **settings))
    yield Case("poll_500", "every poll gets 500", faults=_on(_POLLS, "status", status=500))
    yield Case("stale", "jobs are shown late", faults=_on(_POLLS, "stale_read", seconds=60))
    yield Case("latency", "every answer takes 20 ms", faults=({"kind": "latency", "ms": 20},))


def _downloads() -> Iterator[Case]:
    rows: Rows = {
        "download_truncated": ("every download breaks off", "truncated", {}),
        "download_truncated_once": ("the first download breaks off", "truncated", {"first": 1}),
        "download_dropped": ("the first download is dropped", "disconnect", {"first": 1}),
        "download_html": ("every download is a web page", "html", {}),
        "download_500": ("every download gets status 500", "status", {"status": 500}),
        "download_slow": ("films arrive slowly", "slow_drip", {"pieces": 5, "pause_ms": 10}),
    }
    for name, (summary, kind, settings) in rows.items():
        yield Case(name, summary, faults=_on(_DOWNLOADS, kind, **settings))


ORDINARY = Case("ordinary", "nothing goes wrong")
CASES = (
    *_scenarios(
        answer_lost="every create's answer is lost",
        instant="jobs are done at once",
        slow="jobs take ten times as long",
        stuck_queued="jobs never start",
        stuck_at_99="jobs stay at 99 percent",
        fails_at_60="jobs fail at 60 percent",
        moderation_at_create="creates are refused by moderation",
        moderation_late="finished films are blocked by moderation",
        upstream_timeout="jobs fail after a day",
        jumps_to_90="progress jumps from 0 to 90",
        unknown_status="jobs show a status that no page lists",
        completed_without_content="jobs complete without a film",
        content_expired="films have expired when they are done",
        cancelled="jobs are cancelled halfway",
    ),
    *_creates(),
    *_polls(),
    *_downloads(),
)
