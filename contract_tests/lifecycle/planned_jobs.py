"""Plans which jobs a run creates: those first that test most for their price."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from contract_tests.contract.bodies import File, body_of
from contract_tests.contract.target_contract import TargetContract
from openapi.catalogue.models import Catalogue, Model
from openapi.contract.contract import shown_examples
from openapi.contract.requests import FORM, JSON, RequestVariant
from openapi.jobs.roles import Role

_LENGTHS = ("seconds", "duration")
_CREATES = ("createVideo", "createUnifiedVideo")
_REMIX = "remixVideo"
REMIX_PROMPT = "The drums"
# With a smaller budget a job to observe is worth more than a remix.
_FEWEST_WITH_REMIX = 2
_LONGEST_SHOWN = 40
# The trigger in a prompt by which the fake makes a job fail.
_FAILS = "fails_at_60"


@dataclass(frozen=True)
class PlannedJob:
    """A job to create.

    Attributes:
        body: the fields of the request.
        usd: the list price in US dollars; None is unknown.
        scenario: what the fake is asked to do with the job (``fails``); empty for nothing.
        simpler: what is created instead where the target refuses the job; None is nothing.
        again: whether it is the order of an earlier job once more.
    """

    variant: RequestVariant
    body: Mapping[str, Any] = field(hash=False)
    usd: float | None
    scenario: str = ""
    simpler: "PlannedJob | None" = field(default=None, compare=False)
    again: bool = False

    @property
    def is_remix(self) -> bool:
        """Whether it is the remix of the first job that completes."""
        return self.variant.operation == _REMIX

    @property
    def shown(self) -> str:
        """The request in one line."""
        words = [f"{name}={_short(value)}" for name, value in self.body.items()]
        if self.is_remix:
            words.append("of the first job that completes")
        if self.again:
            words.append("as the first job")
        kind = f"{self.variant.operation} {self.variant.media_type} {self.variant.name}"
        return f"{kind}: {', '.join(words)}"


def plan_jobs(
    contract: TargetContract, catalogue: Catalogue, page: str | None = None
) -> list[PlannedJob]:
    """A job for every documented create, each next one with the most that is new for its price.

    The first has only the required fields; the others have a size and a length where they can.

    Args:
        page: the variant to create jobs of; None is every variant.

    Raises:
        ValueError: the contract has no such variant.
    """
    creates = {name for name, role in contract.roles.items() if role.role is Role.CREATE}
    variants = [each for each in contract.variants if each.operation in creates.union(_CREATES)]
    if not variants:
        return []
    named = sorted({each.name for each in variants})
    if page is not None and page not in named:
        raise ValueError(f"no variant '{page}'; known: {', '.join(named)}")
    chosen = [each for each in variants if page in (None, each.name)]
    priced, bare = (
        [_job_of(each, contract, catalogue, bare=is_bare) for each in chosen]
        for is_bare in (False, True)
    )
    first = min(bare, key=_first_worth)
    rest = [each for each in priced if each.variant is not first.variant]
    return [first, *_by_worth(rest, first)]


def remix_of(job: PlannedJob, contract: TargetContract) -> PlannedJob | None:
    """The remix of a job, which costs as much as the job; None where the contract has none."""
    if not contract.has(_REMIX):
        return None
    variant = contract.operation(_REMIX).variants[-1]
    return PlannedJob(variant, body_of(variant, prompt=REMIX_PROMPT), job.usd)


def within(
    creates: Sequence[PlannedJob], contract: TargetContract, budget: int | None
) -> tuple[PlannedJob, ...]:
    """The jobs of a budget; where it has room for a remix, that comes last."""
    remix = remix_of(creates[0], contract) if creates else None
    is_small = budget is not None and budget < _FEWEST_WITH_REMIX and budget <= len(creates)
    if remix is None or is_small:
        return tuple(creates[:budget])
    return (*creates[: None if budget is None else budget - 1], remix)


def list_price(body: Mapping[str, Any], catalogue: Catalogue) -> float | None:
    """The list price of a create in US dollars by the fields of its body; None is unknown."""
    model = catalogue.models.get(str(body.get("model")))
    if model is None:
        return None
    length = next((body[name] for name in _LENGTHS if name in body), model.default_seconds)
    size = str(body.get("size", model.default_size))
    is_number = isinstance(length, int | str) and str(length).isdecimal() and len(str(length)) < 6
    return model.price.of(size, int(length)) if is_number else None


def failing(job: PlannedJob) -> PlannedJob:
    """The same job, asked to fail; only the fake knows the trigger."""
    body = {**job.body, "prompt": f"mock:{_FAILS} A calico cat"}
    return PlannedJob(job.variant, body, job.usd, scenario="fails")


def _short(value: object) -> str:
    text = "(file)" if isinstance(value, File) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _first_worth(job: PlannedJob) -> tuple[bool, bool, float, int, int]:
    """Sorts JSON first, since a remix and the refusals show forms, then documented defaults."""
    variant = job.variant
    is_json = variant.media_type == JSON
    defaults = sum("default" in schema for schema in variant.fields.values())
    return variant.operation != "createVideo", not is_json, _price(job), -defaults, len(job.body)


def _price(job: PlannedJob) -> float:
    """The price for an order by price: an unknown one comes last."""
    return inf if job.usd is None else job.usd


def _by_worth(rest: Sequence[PlannedJob], first: PlannedJob) -> Iterator[PlannedJob]:
    seen = _features(first)
    left = list(rest)
    while left:
        best = min(left, key=lambda each: (*_lack(each, seen), _price(each)))
        left.remove(best)
        seen |= _features(best)
        yield best


def _lack(job: PlannedJob, seen: set[str]) -> tuple[bool, int]:
    """Sorts a create in the other media type first, then the job with most that none before has."""
    kinds = {f"createVideo {each}" for each in (JSON, FORM)} - seen
    kind = f"{job.variant.operation} {job.variant.media_type}"
    return bool(kinds) and kind not in kinds, -len(_features(job) - seen)


def _features(job: PlannedJob) -> set[str]:
    variant = job.variant
    kind = f"{variant.operation} {variant.media_type}"
    return {variant.operation, kind, f"page {variant.name}", f"model {job.body.get('model')}"}


def _job_of(
    variant: RequestVariant, contract: TargetContract, catalogue: Catalogue, *, bare: bool
) -> PlannedJob:
    """The cheapest job of a documented create.

    One of another service is created as its page shows it: nothing else says what it takes.
    """
    role = contract.roles.get(variant.operation)
    if role is None:
        return _cheapest(variant, catalogue, bare=bare)
    media = role.operation.content[variant.media_type]
    body = next((each for each in shown_examples(media) if variant.validator.is_valid(each)), None)
    body = body_of(variant) if body is None else body
    asked = {what: body[name] for what, name in role.fields.items() if name in body}
    return PlannedJob(variant, body, list_price(asked, catalogue))


def _cheapest(variant: RequestVariant, catalogue: Catalogue, *, bare: bool) -> PlannedJob:
    models = [catalogue.models[name] for name in variant.shown("model") if name in catalogue.models]
    usable = [model for model in models if model.status == "available"] or models
    bodies = [_body(variant, model, bare=bare) for model in usable] or [body_of(variant)]
    return min(
        (PlannedJob(variant, each, list_price(each, catalogue)) for each in bodies), key=_price
    )


def _body(variant: RequestVariant, model: Model, *, bare: bool) -> dict[str, Any]:
    return body_of(variant, model=model.name, **({} if bare else _stated(variant, model)))


def _stated(variant: RequestVariant, model: Model) -> dict[str, Any]:
    """The shortest length and the first size that both the request and the model allow."""
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
