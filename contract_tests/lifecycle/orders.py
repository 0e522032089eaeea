"""Which jobs a run makes, in the order in which they are worth their money."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests.contract.bodies import File, body_of
from contract_tests.contract.target_contract import TargetContract
from openapi.catalogue.models import Catalogue, Model
from openapi.contract.requests import FORM, JSON, RequestVariant

_LENGTHS = ("seconds", "duration")
_JOBS = ("createVideo", "createUnifiedVideo")
_LONGEST_SHOWN = 40
# The word in a prompt by which the fake lets a job fail.
FAILS = "fails_at_60"


@dataclass(frozen=True)
class Order:
    """One job to make: the request for it, and what it costs in US dollars; None is unknown."""

    variant: RequestVariant
    body: Mapping[str, Any] = field(hash=False)
    usd: float | None
    scenario: str = ""

    @property
    def shown(self) -> str:
        """The request in one line."""
        words = ", ".join(f"{name}={_short(value)}" for name, value in self.body.items())
        return f"{self.variant.operation} {self.variant.media_type} {self.variant.name}: {words}"


def orders(contract: TargetContract, catalogue: Catalogue, page: str | None = None) -> list[Order]:
    """Every request that makes a job, once; each next one adds most that is new for its price.

    The first leaves out all that may be left out; the others state size and length where they can.

    Raises:
        ValueError: ``page`` is no variant of the contract.
    """
    variants = [each for each in contract.variants if each.operation in _JOBS]
    if not variants:
        return []
    named = sorted({each.name for each in variants})
    if page is not None and page not in named:
        raise ValueError(f"no variant '{page}'; known: {', '.join(named)}")
    chosen = [each for each in variants if page in (None, each.name)]
    priced = [_cheapest(each, catalogue, bare=False) for each in chosen]
    bare = [_cheapest(each, catalogue, bare=True) for each in chosen]
    first = min(bare, key=_first_worth)
    rest = [each for each in priced if each.variant is not first.variant]
    return [first, *_by_worth(rest, first)]


def failing(order: Order) -> Order:
    """The same order, asked to fail; only the fake knows the word."""
    body = {**order.body, "prompt": f"mock:{FAILS} A calico cat"}
    return Order(order.variant, body, order.usd, scenario="fails")


def _short(value: object) -> str:
    text = "(file)" if isinstance(value, File) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _first_worth(order: Order) -> tuple[bool, bool, float, int]:
    variant = order.variant
    is_form = variant.media_type == FORM
    price = order.usd if order.usd is not None else 1e9
    return variant.operation != "createVideo", not is_form, price, len(order.body)


def _by_worth(rest: Sequence[Order], first: Order) -> Iterator[Order]:
    seen = _features(first)
    left = list(rest)
    while left:
        best = min(left, key=lambda each: (*_lack(each, seen), each.usd or 0.0))
        left.remove(best)
        seen |= _features(best)
        yield best


def _lack(order: Order, seen: set[str]) -> tuple[bool, int]:
    """JSON for the first family goes first; then whatever adds most."""
    second = f"{order.variant.operation} {order.variant.media_type}"
    wanted = f"createVideo {JSON}"
    return second != wanted or wanted in seen, -len(_features(order) - seen)


def _features(order: Order) -> set[str]:
    variant = order.variant
    kind = f"{variant.operation} {variant.media_type}"
    return {variant.operation, kind, f"page {variant.name}", f"model {order.body.get('model')}"}


def _cheapest(variant: RequestVariant, catalogue: Catalogue, *, bare: bool) -> Order:
    models = [catalogue.models[name] for name in variant.shown("model") if name in catalogue.models]
    usable = [model for model in models if model.status == "available"] or models
    priced = [_order(variant, model, bare=bare) for model in usable]
    unpriced = Order(variant, body_of(variant), None)
    return min(priced, key=lambda each: each.usd or 0.0, default=unpriced)


def _order(variant: RequestVariant, model: Model, *, bare: bool) -> Order:
    stated = {"model": model.name, **({} if bare else _stated(variant, model))}
    body = body_of(variant, **stated)
    length = next((body[name] for name in _LENGTHS if name in body), model.default_seconds)
    size = str(body.get("size", model.default_size))
    return Order(variant, body, model.price.of(size, int(length)))


def _stated(variant: RequestVariant, model: Model) -> dict[str, Any]:
    """The shortest length and the first size that both the request and the model know."""
    found: dict[str, Any] = {}
    for name in _LENGTHS:
        fitting = [v for v in variant.shown(name) if _fits(v, model)]
        if fitting:
            found[name] = min(fitting, key=int)
    sizes = [v for v in variant.shown("size") if v in model.sizes]
    others = [v for v in sizes if v != model.default_size]
    if sizes:
        found["size"] = (others or sizes)[0]
    return found


def _fits(value: object, model: Model) -> bool:
    return str(value).isdigit() and int(str(value)) in model.seconds
