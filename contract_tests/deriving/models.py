"""Derives a model catalogue from the list of models that a target serves."""

import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from contract_tests.deriving.histories import History, histories_of
from contract_tests.deriving.traffic import Sample, Traffic
from contract_tests.wire.exchange import Exchange
from openapi.catalogue.models import Catalogue, Model, inferred_model
from openapi.catalogue.sizes import read_size

_LIST = "listModels"
_STATUSES = ("available", "retired", "paused", "unavailable")
_MILLISECONDS = 1000
Data = dict[str, Any]


def models_of(traffic: Traffic, catalogue: Catalogue) -> Data | None:
    """The rows of the models that the target lists, and their size words; None without a list.

    What the list does not say is that of the same model in ``catalogue``, or inferred.
    """
    listed = next((each for each in reversed(traffic.of(_LIST)) if each.status == 200), None)
    entries = [each for each in listed.entries if isinstance(each.get("id"), str)] if listed else []
    if listed is None or not entries:
        return None
    rows = {str(each["id"]): _row(traffic, listed, each, catalogue) for each in entries}
    words = dict.fromkeys(size for row in rows.values() for size in row.get("sizes", ()))
    return {"sizes": {word: _pixels(word, catalogue) for word in words}, "models": rows}


def _row(
    traffic: Traffic, listed: Exchange, entry: Mapping[str, Any], catalogue: Catalogue
) -> Data:
    name = str(entry["id"])
    known = catalogue.models.get(name)
    shown = entry.get("availability")
    row: Data = {
        "family": str(entry.get("owned_by") or inferred_model(name).family),
        "status": shown if shown in _STATUSES else "available",
    }
    if row["status"] == "retired":
        return {**row, "price": _price(known)}
    sizes, seconds = _sizes(entry, known), _seconds(entry, known)
    made = [each for each in traffic.videos
            if each.job in traffic.histories and each.data.get("model") == name]  # fmt: skip
    row |= _pages(known, row["family"], catalogue)
    row |= {"sizes": sizes, "seconds": seconds}
    row["default_size"] = _default(made, "size", sizes, known.default_size if known else None)
    length = known.default_seconds if known else None
    row["default_seconds"] = int(_default(made, "seconds", seconds, length))
    return {**row, "price": _price(known), "timing": _timing(traffic, listed, name, known)}


def _sizes(entry: Mapping[str, Any], known: Model | None) -> list[str]:
    given = entry.get("sizes")
    listed = [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
    usable = [each for each in listed if read_size(each) is not None]
    return list(dict.fromkeys(usable)) or list(known.sizes if known else ()) or ["1280x720"]


def _seconds(entry: Mapping[str, Any], known: Model | None) -> list[int]:
    given = entry.get("seconds")
    listed = [int(str(each)) for each in given if re.fullmatch("[1-9][0-9]{0,4}", str(each))] if (
        isinstance(given, list)
    ) else []  # fmt: skip
    return list(dict.fromkeys(listed)) or list(known.seconds if known else ()) or [8]


def _default(made: Sequence[Sample], name: str, values: Sequence[Any], known: object) -> Any:
    """The value of a job whose create left the field out; else the known one, or the first."""
    for each in made:
        shown = each.data.get(name)
        sent = each.exchange.request
        if sent.method == "POST" and f'"{name}"'.encode() not in sent.body:
            found = next((value for value in values if str(value) == str(shown)), None)
            if found is not None:
                return found
    return known if known in values else values[0]


def _pages(known: Model | None, family: str, catalogue: Catalogue) -> Data:
    """The pages that document a model, or those of a model of its family that it is like."""
    if known is not None:
        return {name: list(found) for name, found in (("pages", known.pages), ("like", known.like))
                if found}  # fmt: skip
    alike = [each for each in catalogue.models.values() if each.pages]
    best = next((each for each in alike if each.family == family), alike[0] if alike else None)
    return {"like": [best.pages[0]]} if best else {}


def _price(known: Model | None) -> Data:
    """The list price of a known model; a list of models has none."""
    if known is None:
        return {"per": "job", "usd": None, "source": "the target lists no prices",
                "standing": "inferred"}  # fmt: skip
    price = known.price
    by_size = {"usd_by_size": dict(price.usd_by_size)} if price.usd_by_size else {}
    return {"per": price.per, "usd": price.usd, **by_size, "source": price.source,
            "standing": price.standing}  # fmt: skip


def _timing(traffic: Traffic, listed: Exchange, name: str, known: Model | None) -> Data:
    """Queue and time a second of video, by the jobs of a model that were seen to complete."""
    spans = list(_spans(traffic, name))
    if spans:
        seen = [each.exchange for each in traffic.videos if each.data.get("model") == name]
        return {"queued_s": round(median(queued for queued, _ in spans), 3),
                "per_second_s": round(median(each for _, each in spans), 3),
                **traffic.evidence(seen)}  # fmt: skip
    usual = known or inferred_model(name)
    source = f"{traffic.evidence([listed])['source']}; no job of it was made, so inferred"
    return {"queued_s": usual.queued_ms / _MILLISECONDS,
            "per_second_s": usual.per_second_ms / _MILLISECONDS,
            "source": source, "standing": "inferred"}  # fmt: skip


def _spans(traffic: Traffic, name: str) -> Iterator[tuple[float, float]]:
    """The seconds in the queue, and those for each second of video, of each job."""
    for history in histories_of(traffic):
        sample = history.end
        if sample is None or sample.data.get("model") != name:
            continue
        length = str(sample.data.get("seconds", ""))
        if traffic.stage(sample.word) == "completed" and length.isdecimal() and int(length):
            yield _span(traffic, history, int(length))


def _span(traffic: Traffic, history: History, seconds: int) -> tuple[float, float]:
    found = {"queued": 0.0, "running": 0.0}
    for stay in history.stays:
        stage = traffic.stage(stay.word)
        low, high = stay.length or (0.0, 0.0)
        found[stage if stage in found else "running"] += (low + high) / 2
    return found["queued"], found["running"] / seconds


def _pixels(word: str, catalogue: Catalogue) -> Data:
    known = catalogue.sizes.get(word)
    if known is not None:
        turns = {"turns": True} if known.turns else {}
        return {"width": known.width, "height": known.height, **turns}
    width, height = read_size(word) or (1280, 720)
    return {"width": width, "height": height}
