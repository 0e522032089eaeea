"""Facts as JSON and back, for stores that keep bytes. What has its default is left out."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

import orjson

from mock_server.domain.character import Character
from mock_server.domain.job import Job, Order
from mock_server.domain.timeline import JobError, Phase, Stage, Timeline
from mock_server.domain.webhooks import Attempt, Delivery, DeliveryState, Endpoint
from mock_server.domain.world import ClockFacts, FaultFacts, WorldFacts
from mock_server.journal.entry import Entry, File


def encode_job(job: Job) -> bytes:
    """A job without its tenant, which is where it is kept."""
    timeline = job.timeline
    course = [getattr(timeline, each.name) for each in fields(Timeline)]
    course[1] = [[getattr(phase, each.name) for each in fields(Phase)] for phase in timeline.phases]
    return orjson.dumps([job.id, job.created_ms, job.token, _changed(job.order), course])


def decode_job(tenant: str, raw: bytes) -> Job:
    """The job that was encoded."""
    job_id, created_ms, token, order, course = orjson.loads(raw)
    name, phases, outcome, error, *rest = course
    return Job(
        id=job_id,
        tenant=tenant,
        order=Order(**order),
        created_ms=created_ms,
        timeline=Timeline(
            name,
            tuple(Phase(Stage(stage), *more) for stage, *more in phases),
            Stage(outcome),
            JobError(**error) if error else None,
            *rest,
        ),
        token=token,
    )


def encode_character(character: Character) -> bytes:
    """A character."""
    return orjson.dumps(character)


def decode_character(raw: bytes) -> Character:
    """The character that was encoded."""
    return Character(**orjson.loads(raw))


def encode_world(facts: WorldFacts) -> bytes:
    """A world's facts."""
    return orjson.dumps(_changed(facts))


def decode_world(raw: bytes) -> WorldFacts:
    """The facts that were encoded."""
    told: dict[str, Any] = orjson.loads(raw)
    if "clock" in told:
        told["clock"] = ClockFacts(**told["clock"])
    told["faults"] = tuple(FaultFacts(**fault) for fault in told.get("faults", ()))
    by_word: Mapping[str, Any] = told.get("by_word", {})
    told["by_word"] = {word: FaultFacts(**fault) for word, fault in by_word.items()}
    told["webhooks"] = tuple(_endpoint(endpoint) for endpoint in told.get("webhooks", ()))
    return WorldFacts(**told)


def _endpoint(told: Mapping[str, Any]) -> Endpoint:
    return Endpoint(**{**told, "event_types": tuple(told["event_types"])})


def encode_delivery(delivery: Delivery) -> bytes:
    """A delivery without its tenant, which is where it is kept."""
    told = _changed(delivery)
    del told["tenant"]
    return orjson.dumps(told)


def decode_delivery(tenant: str, raw: bytes) -> Delivery:
    """The delivery that was encoded."""
    told: dict[str, Any] = orjson.loads(raw)
    told["attempts"] = tuple(Attempt(**attempt) for attempt in told.get("attempts", ()))
    told["state"] = DeliveryState(told.get("state", DeliveryState.PENDING))
    return Delivery(tenant=tenant, **told)


def encode_entry(entry: Entry) -> bytes:
    """An entry of a journal without its number, which is where it is kept."""
    told = _changed(entry)
    told.pop("number", None)
    return orjson.dumps(told)


def decode_entry(number: int, raw: bytes) -> Entry:
    """The entry that was encoded."""
    told: dict[str, Any] = orjson.loads(raw)
    told["faults"] = tuple(told.get("faults", ()))
    told["files"] = {name: File(**sent) for name, sent in told.get("files", {}).items()}
    return Entry(number=number, **told)


def _changed(of: Any) -> dict[str, Any]:
    """The fields that differ from their defaults."""
    return {
        each.name: value
        for each in fields(of)
        if (value := getattr(of, each.name)) != each.default
        and (each.default_factory is MISSING or value)
    }
