"""Compares what a target lists with the catalogue, and writes the rows to paste."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from math import isclose
from typing import Any

from contract_tests.catalogue.listing import ListedModel
from openapi.catalogue.models import Catalogue, Model, inferred_model

_RETIRED = "retired"
# What a dialect's list may say of a model, as the catalogue says it.
_STATUSES = ("available", "retired", "paused", "unavailable")


class Presence(StrEnum):
    """What a create that must be refused said of a model that is not listed."""

    GONE = "a create for it is refused for the model"
    SERVED = "a create for it is refused for something else, so that the model is known"
    UNKNOWN = "its refusals do not say whether the model is known"
    NOT_ASKED = "it was not asked for"


class Change(StrEnum):
    """How a target and the catalogue differ."""

    NEW = "new"
    GONE = "gone"
    UNLISTED = "not listed"
    BACK = "back"
    STATUS = "status changed"
    PRICE = "price changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference between a target and the catalogue.

    Attributes:
        listed: what the target says.
        catalogue: what the catalogue says.
        row: the row of the catalogue as it would have to be; None where none follows from it.
    """

    model: str
    change: Change
    listed: str
    catalogue: str
    row: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Listing:
    """What a target has said.

    Attributes:
        prices: US dollars a call by model; empty where the target has no price list.
        presence: what was learned of models that are not listed.
        source: where and when, for the rows to paste.
        today: the date, for models that are gone.
    """

    models: Sequence[ListedModel]
    prices: Mapping[str, float]
    presence: Mapping[str, Presence]
    source: str
    today: str


def missing(catalogue: Catalogue, models: Sequence[ListedModel]) -> tuple[str, ...]:
    """The models that the catalogue sells and the target does not list."""
    listed = {each.name for each in models}
    rows = catalogue.models.values()
    return tuple(row.name for row in rows if row.status != _RETIRED and row.name not in listed)


def others(
    catalogue: Catalogue, models: Sequence[ListedModel], patterns: Sequence[str]
) -> frozenset[str]:
    """The listed models that are none of films, as far as their names and the list show."""
    families = tuple({row.family.lower() for row in catalogue.models.values()})
    return frozenset(
        each.name
        for each in models
        if each.name not in catalogue.models
        and not each.is_film
        and not each.name.lower().startswith(families)
        and not any(fnmatchcase(each.name, pattern) for pattern in patterns)
    )


def differences(
    catalogue: Catalogue, listing: Listing, patterns: Sequence[str] = ()
) -> tuple[Difference, ...]:
    """How a target and the catalogue differ, in the order of the list, then of the catalogue."""
    ignored = others(catalogue, listing.models, patterns)
    found: list[Difference] = []
    for each in listing.models:
        row = catalogue.models.get(each.name)
        if row is not None:
            found += _of_listed(each, row, listing)
        elif each.name not in ignored:
            found.append(_new(each, catalogue, listing))
    for name in missing(catalogue, listing.models):
        found.append(_missing(catalogue.models[name], listing))
    return tuple(found)


def _of_listed(each: ListedModel, row: Model, listing: Listing) -> Iterator[Difference]:
    said = each.availability if each.availability in _STATUSES else "available"
    if said != row.status and (each.availability or row.status == _RETIRED):
        yield Difference(
            model=row.name,
            change=Change.STATUS if each.availability else Change.BACK,
            listed=said,
            catalogue=row.status,
            row=_sold(each, row, listing, status=said) if said != _RETIRED else _gone(row, listing),
        )
    usd = listing.prices.get(row.name)
    if usd is not None and not _is_price(usd, row):
        unit = "" if row.price.usd is None else f"${row.price.usd:g} a {row.price.per}"
        yield Difference(
            model=row.name,
            change=Change.PRICE,
            listed=f"${usd:g} a job",
            catalogue=unit or "unknown",
            row=_sold(each, row, listing, status=row.status),
        )


def _is_price(usd: float, row: Model) -> bool:
    """Whether a price of a call is the catalogue's, of a job of the usual size and length."""
    of_usual = row.price.of(row.default_size or "", row.default_seconds)
    return of_usual is not None and isclose(usd, of_usual, rel_tol=1e-6)


def _new(each: ListedModel, catalogue: Catalogue, listing: Listing) -> Difference:
    family = next(
        (r for r in catalogue.models.values() if each.name.lower().startswith(r.family.lower())),
        None,
    )
    rows = [r for r in catalogue.models.values() if family is None or r.family == family.family]
    sibling = next((r for r in rows if r.status == "available" and r.sizes and r.seconds), None)
    said = each.availability if each.availability in _STATUSES else "available"
    usd = listing.prices.get(each.name)
    return Difference(
        model=each.name,
        change=Change.NEW,
        listed=said + ("" if usd is None else f", ${usd:g} a job"),
        catalogue="no such model",
        row=_sold(each, sibling or inferred_model(each.name), listing, status=said),
    )


def _missing(row: Model, listing: Listing) -> Difference:
    presence = listing.presence.get(row.name, Presence.NOT_ASKED)
    is_gone = presence is Presence.GONE
    return Difference(
        model=row.name,
        change=Change.GONE if is_gone else Change.UNLISTED,
        listed=f"not listed; {presence.value}",
        catalogue=row.status,
        row=_gone(row, listing) if is_gone else None,
    )


def _gone(row: Model, listing: Listing) -> Mapping[str, Any]:
    return {
        "family": row.family,
        "status": _RETIRED,
        "retired_on": listing.today,
        "price": _price(row, None, listing),
    }


def _sold(each: ListedModel, row: Model, listing: Listing, *, status: str) -> Mapping[str, Any]:
    """A row of the catalogue for a listed model; ``row`` gives what the list does not say."""
    is_own = each.name == row.name
    pages = {"pages" if is_own and row.pages else "like": list(row.pages or row.like)}
    sizes = each.sizes or row.sizes
    # A size without pixels in the catalogue would need a row of its own.
    sizes = tuple(size for size in sizes if size in row.sizes) or row.sizes
    seconds = each.seconds or row.seconds
    default = row.default_seconds if row.default_seconds in seconds else next(iter(seconds), 0)
    size = row.default_size if row.default_size in sizes else next(iter(sizes), "")
    timing = {"queued_s": row.queued_ms / 1000, "per_second_s": row.per_second_ms / 1000}
    source = "as before" if is_own else f"as {row.name}"
    return {
        "family": row.family,
        "status": status,
        **{name: value for name, value in pages.items() if value},
        "sizes": list(sizes),
        "seconds": list(seconds),
        "default_size": size,
        "default_seconds": default,
        "price": _price(row, listing.prices.get(each.name), listing, is_own=is_own),
        "timing": {**timing, "source": source, "standing": "inferred"},
    }


def _price(
    row: Model, usd: float | None, listing: Listing, *, is_own: bool = True
) -> Mapping[str, Any]:
    if usd is not None:
        return {"per": "job", "usd": usd, "source": listing.source, "standing": "verified"}
    if not is_own:
        source = "the target lists no price"
        return {"per": "job", "usd": None, "source": source, "standing": "inferred"}
    price = row.price
    by_size = {"usd_by_size": dict(price.usd_by_size)} if price.usd_by_size else {}
    known = {"per": price.per, "usd": price.usd, **by_size}
    return {**known, "source": price.source, "standing": price.standing}
