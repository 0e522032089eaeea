"""What a target lists: its models, and new-api's price list where it is served.

new-api's ``GET /api/pricing`` needs no key. An entry has ``model_name`` and ``quota_type``. With 1
the model is sold by the call, for ``model_price`` US dollars times the ratio of the caller's group
(``group_ratio``); with 0 by tokens, which is no price of a film (QuantumNous/new-api,
controller/pricing.go and model/pricing.go).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.wire.exchange import Reply, number

_MOST_MODELS = 10_000
_LONGEST_NAME = 200
_BY_CALL = 1
_HIGHEST_PRICE = 10_000
_USUAL_GROUP = "default"


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of a target's list.

    Attributes:
        availability: what the list says of it; empty where it says nothing.
        sizes: those that the list names.
        seconds: the lengths that the list names.
        is_film: whether the list says that it makes films.
    """

    name: str
    availability: str = ""
    sizes: tuple[str, ...] = ()
    seconds: tuple[int, ...] = ()
    is_film: bool = False


def listed_models(reply: Reply) -> tuple[ListedModel, ...] | None:
    """The models of a response of ``GET /v1/models``; None where it is no list of models."""
    data = reply.object.get("data")
    if reply.status != 200 or not isinstance(data, list):
        return None
    found = {each.name: each for each in _models(data[:_MOST_MODELS])}
    return tuple(found.values())


def prices_by_call(reply: Reply) -> Mapping[str, float]:
    """The price of a call of each model in US dollars, by a response of ``GET /api/pricing``."""
    data, ratios = reply.object.get("data"), reply.object.get("group_ratio")
    if reply.status != 200 or not isinstance(data, list):
        return {}
    usual = ratios.get(_USUAL_GROUP) if isinstance(ratios, dict) else None
    ratio = number(usual)
    found: dict[str, float] = {}
    for each in data[:_MOST_MODELS]:
        entry = each if isinstance(each, dict) else {}
        name, price = _name(entry.get("model_name")), number(entry.get("model_price"))
        usd = None if price is None else round(price * (1.0 if ratio is None else ratio), 6)
        is_price = usd is not None and 0 < usd < _HIGHEST_PRICE
        if name and usd is not None and is_price and entry.get("quota_type") == _BY_CALL:
            found[name] = usd
    return found


def _models(data: list[Any]) -> Iterator[ListedModel]:
    for each in data:
        entry = each if isinstance(each, dict) else {}
        if name := _name(entry.get("id")):
            kinds = entry.get("supported_endpoint_types")
            availability = entry.get("availability")
            yield ListedModel(
                name,
                availability if isinstance(availability, str) else "",
                tuple(word for word in _list(entry.get("sizes")) if _name(word)),
                tuple(n for n in _list(entry.get("seconds")) if type(n) is int and 0 < n < 1000),
                any("video" in str(kind) for kind in _list(kinds)),
            )


def _list(value: Any) -> list[Any]:
    return value[:100] if isinstance(value, list) else []


def _name(value: Any) -> str:
    """A name that can stand in a catalogue; empty for anything else."""
    is_name = isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME
    return value if is_name and value.isprintable() and not any(map(str.isspace, value)) else ""
