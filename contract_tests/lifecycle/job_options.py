"""Spreads the optional fields that pages document over the jobs of a run, at no further cost."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from contract_tests.contract.bodies import File, body_of, sample
from contract_tests.contract.pictures import jpeg, png, webp
from contract_tests.contract.target_contract import TargetContract
from contract_tests.lifecycle.planned_jobs import PlannedJob
from openapi.contract.requests import FORM, RequestVariant
from openapi.contract.schemas import FILE

# A price depends on these, and the first job leaves them out to show their defaults.
_PRICED = frozenset(
    {*("model", "prompt", "seconds", "duration", "size"), *("orientation", "aspect_ratio")}
)
# Addresses are fetched by real gateways; these lead nowhere.
_FETCHED = frozenset({"character_url", "character_timestamps"})
PRIVATE = "private"
IS_PRIVATE, NOT_PRIVATE = ("true", True), ("false", False)
# A prompt as people write them: quotes, two scripts, and a sign that is no letter.
_PROMPT = 'A calico cat named "Mochi" plays l\'été — 钢琴 — on a piano \N{MUSICAL NOTE}'
_IMAGE_FIELDS = ("input_reference", "images")


def with_options(jobs: Sequence[PlannedJob], contract: TargetContract) -> list[PlannedJob]:
    """The same jobs, each with all optional fields of its page that cost nothing.

    Of each list they have another value, the rarest first. The first job has a picture of several
    megabytes; if it is refused, it is created with its required fields only, as a form. Jobs of
    other services stay as their pages show them.
    """
    found = [
        job if job.variant.operation in contract.roles else _with_options(job, number)
        for number, job in enumerate(jobs)
    ]
    if found and jobs[0].variant.operation not in contract.roles:
        found[0] = replace(found[0], simpler=_simplest(jobs[0], contract))
    return found


def _simplest(job: PlannedJob, contract: TargetContract) -> PlannedJob:
    """The same job as a form of its page, if there is one, with the required fields only."""
    variant = job.variant
    forms = [
        each
        for each in contract.operation(variant.operation).variants
        if each.name == variant.name and each.media_type == FORM
    ]
    form = next(iter(forms), variant)
    return PlannedJob(form, body_of(form, model=job.body.get("model")), job.usd)


def _with_options(job: PlannedJob, number: int) -> PlannedJob:
    variant, body = job.variant, dict(job.body)
    if number == 0 and "prompt" in body:
        body["prompt"] = _PROMPT
    for name in variant.fields:
        is_image = name in _IMAGE_FIELDS
        is_given = name in variant.required and not is_image and name != PRIVATE
        if name in _PRICED | _FETCHED or is_given:
            continue
        values = _images if is_image else _values
        for value in values(variant, name, number):
            if _is_valid(variant, {**body, name: value}):
                body[name] = value
                break
    return replace(job, body=body)


def _values(variant: RequestVariant, name: str, number: int) -> Iterator[Any]:
    """A value that the page lists; the first job is remixed, which a private one could not be."""
    schema = variant.fields[name]
    listed = variant.shown(name) or [sample(name, schema)]
    if name == PRIVATE:
        wanted = NOT_PRIVATE if number == 0 else IS_PRIVATE
        known = (*listed, *schema.get("enum", (True, False)))
        yield next((each for each in known if each in wanted), sample(name, schema))
    else:
        yield listed[-1 - number % len(listed)]


def _images(variant: RequestVariant, name: str, number: int) -> Iterator[Any]:
    """A picture in every form that some variant takes it in; the first valid one is used."""
    kind, content = _picture(number)
    yield File(content, f"image/{kind}", f"scene.{kind}")
    address = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    yield from (address, {"image_url": address}, [address])


@cache
def _picture(number: int) -> tuple[str, bytes]:
    if number == 0:
        return "png", png()
    return ("jpeg", jpeg()) if number % 2 else ("webp", webp())


def _is_valid(variant: RequestVariant, body: dict[str, Any]) -> bool:
    sent = {name: FILE if isinstance(value, File) else value for name, value in body.items()}
    is_form = variant.media_type == FORM
    has_files = any(isinstance(value, File) for value in body.values())
    return (is_form or not has_files) and bool(variant.validator.is_valid(sent))
