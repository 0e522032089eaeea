"""Requests that break one documented rule each, made from the contract's own variants.

What one variant forbids another may allow: only bodies that no variant of the operation allows are
made, so that the contract demands their refusal.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contract_tests.checks.reading import quoted, weakest
from contract_tests.contract.bodies import File, body_of, request_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.guard.judging import NO_MODEL
from contract_tests.wire.exchange import Request
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence, parse_source
from openapi.contract.requests import FORM, RequestVariant
from openapi.contract.schemas import FILE

_FIRST_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule of one variant: the field, the keyword it breaks, and the whole body.

    ``firm``: the contract would forbid the body without what is inferred too.
    """

    variant: RequestVariant
    field: str
    keyword: str
    rule: str
    body: Mapping[str, Any]
    firm: bool = True

    @property
    def key(self) -> str:
        """The rule, the same for every variant that has it in this media type."""
        return f"{self.variant.media_type} {self.field} {self.keyword}"

    @property
    def source(self) -> str:
        """Where the rule is written."""
        return self.variant.source_of_rule(self.field, self.keyword)

    @property
    def evidence(self) -> Evidence:
        """How firmly: no firmer than the variant that has the rule."""
        if not self.firm:
            return Evidence.INFERRED
        return weakest(self.variant.evidence, parse_source(self.source)[1])

    def request(self, path: str) -> Request:
        """The request, to a path whose parameters are filled in."""
        return request_of(self.variant, self.body, path)


# The kind of error that a broken rule is.
_KINDS: Mapping[str | tuple[str, str], str] = {
    ("model", "enum"): "model_not_found",
    "required": "missing_required_parameter",
    "maxLength": "string_above_max_length",
    "type": "invalid_type",
}
Kind = Callable[[TargetContract, Operation, str], Iterator[Fault]]


def missing(contract: TargetContract, operation: Operation, job: str) -> Iterator[Fault]:
    """Each required field left out."""
    for variant in operation.variants:
        whole = documented(variant, job)
        for field in variant.required:
            rule = f"'{field}' is required"
            less = {name: value for name, value in whole.items() if name != field}
            yield from _forbidden(contract, Fault(variant, field, "required", rule, less))


def disallowed(contract: TargetContract, operation: Operation, job: str) -> Iterator[Fault]:
    """Each field set to what its schema forbids: no listed value, no match, too long, no text."""
    for variant in operation.variants:
        whole = documented(variant, job)
        for field, schema in variant.fields.items():
            resolved = contract.resolve(schema)
            for keyword, value in _bad_values(resolved, variant.media_type == FORM):
                rule = f"'{field}' keeps {keyword} {quoted(resolved[keyword])}"
                body = {**whole, field: value}
                yield from _forbidden(contract, Fault(variant, field, keyword, rule, body))


def documented(variant: RequestVariant, job: str) -> dict[str, Any]:
    """A documented body that refers to ``job`` where it refers to any."""
    body = body_of(variant)
    if isinstance(body.get("video"), Mapping):
        body["video"] = {"id": job}
    if "video[id]" in body:
        body["video[id]"] = job
    if "from_task" in variant.fields and "url" not in body:
        body["url"] = "https://example.com/cat.mp4"
    return body


def poison(contract: TargetContract, variant: RequestVariant) -> Mapping[str, Any] | None:
    """What makes any body of a variant one that cannot be accepted, whatever else it says.

    It is a model that nobody has, or none where a dialect blames itself for that; None where
    neither is the caller's mistake. A field set to None is to be left out.
    """
    for value, code in ((NO_MODEL, "model_not_found"), (None, "missing_required_parameter")):
        told = contract.status_of(code, variant.operation, "model")
        needed = value is not None or "model" in variant.required
        if "model" in variant.fields and needed and told < _FIRST_SERVER_ERROR:
            return {"model": value}
    return None


def changed(body: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A body with fields set, or left out where None."""
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def poisoned(contract: TargetContract, fault: Fault) -> Fault | None:
    """The same fault in a body that has no chance besides; None where none can be made."""
    bad = poison(contract, fault.variant)
    return (
        None if bad is None or fault.field in bad else replace(fault, body=changed(fault.body, bad))
    )


def told(contract: TargetContract, fault: Fault) -> int:
    """The status by which a gateway of the contract's dialect refuses a request for its fault."""
    code = _KINDS.get((fault.field, fault.keyword)) or _KINDS.get(fault.keyword, "invalid_value")
    return contract.status_of(code, fault.variant.operation, fault.field)


def is_hopeless(fault: Fault, job: str) -> bool:
    """Whether the request had no chance without its fault either, as it needs a job ``job``."""
    references = (fault.body.get("video[id]"), fault.body.get("video"), fault.body.get("from_task"))
    return "{" in fault.variant.path or job in references or {"id": job} in references


def once(faults: Iterator[Fault]) -> Iterator[Fault]:
    """One fault for each rule, the best founded variant's; what is inferred comes last."""
    best: dict[str, Fault] = {}
    order = list(Evidence)
    for fault in faults:
        held = best.get(fault.key)
        if held is None or order.index(fault.evidence) < order.index(held.evidence):
            best[fault.key] = fault
    yield from sorted(best.values(), key=lambda fault: not fault.firm)


def _bad_values(schema: Mapping[str, Any], is_form: bool) -> Iterator[tuple[str, Any]]:
    kind = schema.get("type")
    if "enum" in schema:
        yield "enum", "__none_of_these__" if kind == "string" or is_form else 7
    elif "pattern" in schema and schema.get("minLength", 0) > 0:
        yield "pattern", " \t "
    elif "pattern" in schema:
        yield "pattern", "no such form"
    if "maxLength" in schema and schema["maxLength"] <= _LONGEST:
        yield "maxLength", "x" * (schema["maxLength"] + 1)
    if kind == "string" and schema.get("format") == "binary":
        yield "format", "a text where a file belongs"
    elif kind == "string" and not is_form:
        yield "type", _number(schema)
    elif kind in ("integer", "array") and not is_form:
        yield "type", "a text"


_LONGEST = 100_000


def _number(schema: Mapping[str, Any]) -> int:
    """A number that says what a listed text says, so that only its type is wrong."""
    numbers = [text for text in schema.get("enum", ()) if str(text).isdecimal()]
    return int(numbers[0]) if numbers else 1


def _forbidden(contract: TargetContract, fault: Fault) -> Iterator[Fault]:
    operation = contract.operation(fault.variant.operation)
    content = operation.node["requestBody"]["content"][fault.variant.media_type]
    sent = {name: FILE if isinstance(value, File) else value for name, value in fault.body.items()}
    if not contract.validator(content["schema"]).is_valid(sent):
        firm = not contract.without_inferred.validator(content["schema"]).is_valid(sent)
        yield replace(fault, firm=firm)
