"""Domain objects as the JSON objects of the control API.

The fields of each object are those of its record in ``video_gateway_mock.records``, which the
client handle reads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mock_server.domain.bill import MICROS, charged_at_end
from mock_server.domain.clock import Clock, TenantClock
from mock_server.domain.job import Job, ends_ms, view_at
from mock_server.domain.scenario import Mix, Scenario
from mock_server.domain.webhooks import Delivery, Endpoint
from mock_server.faults.active import ActiveFault
from mock_server.jobs.formats.wire import Links
from mock_server.journal import Entry
from mock_server.tenants import TenantState
from video_gateway_mock import records

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

JsonObject = dict[str, Any]


def clock(it: Clock) -> JsonObject:
    """A clock."""
    return _json(_clock(it))


def fault(it: ActiveFault) -> JsonObject:
    """An active fault."""
    return _json(_fault(it))


def tenant(name: str, state: TenantState, requests: int) -> JsonObject:
    """The state of a tenant whose journal holds so many ``requests``."""
    return _json(
        records.TenantRecord(
            tenant=name,
            clock=_clock(state.clock),
            scenario=_weights(state.scenario),
            dialect=state.dialect.name,
            requests_mode=state.requests_mode.value,
            faults=tuple(map(_fault, state.faults.faults)),
            webhooks=tuple(map(_endpoint, state.webhooks)),
            requests=requests,
        )
    )


def job(it: Job, now: int, *, base_url: str) -> records.JobRecord:
    """A job as it is at the instant ``now``, with what the API does not show.

    Links to its content begin with ``base_url``.
    """
    price = it.cost.price
    view, order, links = view_at(it, now), it.order, Links(base_url)
    # Not as a dictionary, which takes ten times as long: a person who watches asks each second.
    return records.JobRecord(
        id=it.id,
        family=order.family,
        kind=order.kind,
        model=order.model,
        prompt=order.prompt,
        size=order.size,
        seconds=order.seconds,
        parent=order.parent,
        status=str(view.stage),
        progress=view.progress,
        created_ms=it.created_ms,
        ends_in_ms=view.remaining_ms,
        expires_ms=view.expires_ms,
        scenario=it.timeline.name,
        refunded=view.error is not None
        and (it.timeline.refunded or charged_at_end(it) < (price or 0)),
        error=view.error.code if view.error else None,
        ends_ms=ends_ms(it),
        outcome=it.timeline.outcome,
        phases=tuple(_phases(it)),
        usd=None if price is None else price / MICROS,
        video_url=links.video(it) if view.downloadable else None,
        thumbnail_url=links.thumbnail(it) if view.downloadable else None,
    )


def endpoint(it: Endpoint, *, with_secret: bool = False) -> JsonObject:
    """A webhook endpoint; its secret is shown only in the response that creates it."""
    return _json(_endpoint(it, it.secret if with_secret else None))


def delivery(it: Delivery) -> JsonObject:
    """One event for one endpoint, with every attempt to send it."""
    return _json(
        records.Delivery(
            id=it.id,
            event=it.event_id,
            event_type=it.event_type,
            job=it.job_id,
            endpoint=it.endpoint_id,
            state=it.state,
            reason=it.reason,
            happened_ms=it.happened_ms,
            due_ms=it.due_ms,
            attempts=tuple(
                records.DeliveryAttempt(
                    at_ms=each.at_ms, took_ms=each.took_ms, status=each.status, error=each.error
                )
                for each in it.attempts
            ),
        )
    )


def bill(it: records.Bill) -> JsonObject:
    """What a tenant's jobs cost."""
    return _json(it)


def examples(ids: Mapping[str, list[str]]) -> JsonObject:
    """The ids of the objects that the contract's examples name, by kind."""
    return _json(records.ExampleIds(**{kind: tuple(each) for kind, each in ids.items()}))


def request(entry: Entry) -> JsonObject:
    """A journal entry, which has the fields of ``records.Request``; a test compares them."""
    return _json(entry)


def _clock(it: Clock) -> records.ClockRecord:
    if not isinstance(it, TenantClock):
        return records.ClockRecord(now_ms=it.now(), mode="frozen", speed=0, step_s=0)
    pace = it.pace()
    stopped = "stepping" if pace.step_s else "frozen"
    return records.ClockRecord(
        now_ms=it.now(),
        mode="running" if pace.speed else stopped,
        speed=pace.speed,
        step_s=pace.step_s,
    )


def _phases(it: Job) -> Iterator[records.JobPhase]:
    starts: int | None = it.created_ms
    for phase in it.timeline.phases:
        if starts is None:
            return
        ends = None if phase.duration_ms is None else starts + phase.duration_ms
        yield records.JobPhase(
            status=phase.stage,
            word=phase.word,
            starts_ms=starts,
            ends_ms=ends,
            progress_start=phase.progress_start,
            progress_end=phase.progress_end,
        )
        starts = ends


def _fault(it: ActiveFault) -> records.FaultRecord:
    match = asdict(it.match)
    return records.FaultRecord(
        id=str(it.id),
        kind=it.fault.kind,
        settings=asdict(it.fault),
        match={name: value for name, value in match.items() if value is not None},
        seen=it.seen,
        fired=it.fired,
    )


def _endpoint(it: Endpoint, secret: str | None = None) -> records.WebhookEndpoint:
    return records.WebhookEndpoint(
        id=it.id,
        name=it.name,
        url=it.url,
        event_types=it.event_types,
        created_ms=it.created_ms,
        updated_ms=it.updated_ms,
        disabled=it.disabled,
        secret=secret,
    )


def _weights(it: Scenario | Mix) -> dict[str, float]:
    if isinstance(it, Mix):
        return it.weights
    return {it.name: 1}


def _json(record: "DataclassInstance") -> JsonObject:
    return asdict(record, dict_factory=_without_hidden_secret)


def _without_hidden_secret(pairs: list[tuple[str, Any]]) -> JsonObject:
    """``secret`` is a field of webhook endpoints only, and left out where it is None."""
    return {name: value for name, value in pairs if name != "secret" or value is not None}
