"""Worlds, faults, jobs and requests as the control API shows them."""

from dataclasses import asdict
from typing import Any

from mock_server.domain.clock import Clock, TenantClock
from mock_server.domain.job import Job, view_at
from mock_server.domain.scenario import Mix, Scenario
from mock_server.domain.webhooks import Delivery, Endpoint
from mock_server.faults.active import ActiveFault
from mock_server.journal import Entry
from mock_server.tenants import TenantState


def clock(it: Clock) -> dict[str, Any]:
    """What a clock says and how it runs."""
    if not isinstance(it, TenantClock):
        return {"now_ms": it.now(), "mode": "frozen", "speed": 0, "step_s": 0}
    pace = it.pace
    standing = "stepping" if pace.step_s else "frozen"
    return {
        "now_ms": it.now(),
        "mode": "running" if pace.speed else standing,
        "speed": pace.speed,
        "step_s": pace.step_s,
    }


def fault(active: ActiveFault) -> dict[str, Any]:
    """A fault that is set."""
    wanted = asdict(active.match)
    return {
        "id": str(active.id),
        "kind": active.fault.kind,
        "settings": asdict(active.fault),
        "match": {name: value for name, value in wanted.items() if value is not None},
        "seen": active.seen,
        "fired": active.fired,
    }


def course(it: Scenario | Mix) -> dict[str, float]:
    """What new jobs do: names with their weights."""
    if isinstance(it, Mix):
        return {scenario.name: weight for scenario, weight in it.parts}
    return {it.name: 1}


def world(tenant: str, it: TenantState, requests: int) -> dict[str, Any]:
    """Everything that is set in a world."""
    return {
        "tenant": tenant,
        "clock": clock(it.clock),
        "scenario": course(it.scenario),
        "dialect": it.dialect.name,
        "requests_mode": it.requests_mode.value,
        "faults": [fault(active) for active in it.faults.faults],
        "webhooks": [endpoint(one) for one in it.webhooks],
        "requests": requests,
    }


def job(it: Job, now: int) -> dict[str, Any]:
    """A job with what no client is told."""
    view, order = view_at(it, now), it.order
    return {
        "id": it.id,
        "family": order.family,
        "kind": order.kind,
        "model": order.model,
        "prompt": order.prompt,
        "size": order.size,
        "seconds": order.seconds,
        "parent": order.parent,
        "status": str(view.stage),
        "progress": view.progress,
        "created_ms": it.created_ms,
        "ends_in_ms": view.remaining_ms,
        "expires_ms": view.expires_ms,
        "scenario": it.timeline.name,
        "refunded": it.timeline.refunded and view.error is not None,
        "error": view.error.code if view.error else None,
    }


def endpoint(it: Endpoint) -> dict[str, Any]:
    """A webhook endpoint, without what signs its messages."""
    return {
        "id": it.id,
        "name": it.name,
        "url": it.url,
        "event_types": it.event_types,
        "created_ms": it.created_ms,
        "updated_ms": it.updated_ms,
        "disabled": it.disabled,
    }


def delivery(it: Delivery) -> dict[str, Any]:
    """One event for one endpoint, and every attempt to send it."""
    return {
        "id": it.id,
        "event": it.event_id,
        "event_type": it.event_type,
        "job": it.job_id,
        "endpoint": it.endpoint_id,
        "state": it.state,
        "reason": it.reason,
        "happened_ms": it.happened_ms,
        "due_ms": it.due_ms,
        "attempts": [asdict(attempt) for attempt in it.attempts],
    }


def request(entry: Entry) -> dict[str, Any]:
    """One entry of a journal."""
    return asdict(entry)
