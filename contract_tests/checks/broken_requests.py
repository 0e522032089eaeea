"""Requests that break one documented rule each, made from the contract's own variants.

A body that one variant forbids may be valid for another. Only bodies that no variant of the
operation allows are made, so the contract demands that each is refused.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from contract_tests.checks.breaches import path_of_job, quoted, weakest
from contract_tests.contract.bodies import File, body_of, encode, request_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.guard.classification import NO_MODEL
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import Request
from contract_tests.wire.session import Session
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence, parse_source
from openapi.contract.requests import FORM, JSON, RequestVariant
from openapi.contract.schemas import FILE

T = TypeVar("T")


def share(session: Session, items: Sequence[T], place: int, count: int) -> Sequence[T]:
    """What to try at the operation ``place`` of ``count``: everything where jobs are free.

    Where they cost money requests are few, and each item is tried at one operation.
    """
    return items if Capability.FREE in session.capabilities else items[place::count]


@dataclass(frozen=True, slots=True)
class BrokenRequest:
    """A request for one variant, with a body that breaks one rule.

    Attributes:
        field: the field with the broken rule.
        keyword: the JSON Schema keyword of the rule.
        rule: the rule in words.
        certain: whether the body is invalid even without the inferred parts of the contract.
    """

    variant: RequestVariant
    field: str
    keyword: str
    rule: str
    body: Mapping[str, Any]
    certain: bool = True

    @property
    def key(self) -> str:
        """Identifies the rule; equal for every variant that has it in this media type."""
        return f"{self.variant.media_type} {self.field} {self.keyword}"

    @property
    def source(self) -> str:
        """Where the rule is documented."""
        return self.variant.source_of_rule(self.field, self.keyword)

    @property
    def evidence(self) -> Evidence:
        """The evidence of the rule, or of its variant where that is weaker."""
        if not self.certain:
            return Evidence.INFERRED
        return weakest(self.variant.evidence, parse_source(self.source).evidence)

    def request(self, path: str) -> Request:
        """The request; ``path`` is the operation's with its parameters filled in."""
        return request_of(self.variant, self.body, path)


# The kind of error by field and keyword, or by keyword alone.
_ERROR_KINDS: Mapping[str | tuple[str, str], str] = {
    ("model", "enum"): "model_not_found",
    "required": "missing_required_parameter",
    "maxLength": "string_above_max_length",
    "type": "invalid_type",
}
_LONGEST = 100_000
BreakRule = Callable[[TargetContract, Operation, str], Iterator[BrokenRequest]]


def without_required_fields(
    contract: TargetContract, operation: Operation, job: str
) -> Iterator[BrokenRequest]:
    """A request without each required field; ``job`` is the id used where a body names a job."""
    for variant in operation.variants:
        whole = documented_body(variant, job)
        for field in variant.required:
            rule = f"'{field}' is required"
            less = {name: value for name, value in whole.items() if name != field}
            yield from _forbidden(contract, BrokenRequest(variant, field, "required", rule, less))


def with_disallowed_values(
    contract: TargetContract, operation: Operation, job: str
) -> Iterator[BrokenRequest]:
    """A request for each rule of each field, with a value outside its list, pattern or type."""
    for variant in operation.variants:
        whole = documented_body(variant, job)
        for field, schema in variant.fields.items():
            resolved = contract.resolve(schema)
            for keyword, value in _bad_values(resolved, variant.media_type == FORM):
                rule = f"'{field}' keeps {keyword} {quoted(resolved[keyword])}"
                body = {**whole, field: value}
                yield from _forbidden(contract, BrokenRequest(variant, field, keyword, rule, body))


def documented_body(variant: RequestVariant, job: str) -> dict[str, Any]:
    """A documented body; where it names a job, that is ``job``."""
    body = body_of(variant)
    if isinstance(body.get("video"), Mapping):
        body["video"] = {"id": job}
    if "video[id]" in body:
        body["video[id]"] = job
    if "from_task" in variant.fields and "url" not in body:
        body["url"] = "https://example.com/cat.mp4"
    return body


def harmless_request(session: Session, operation: Operation) -> Request:
    """A request that has no effect even with a valid key: it names a job that does not exist."""
    absent = session.absent_id()
    path = path_of_job(operation, absent)
    if not operation.variants:
        return Request(operation.method, f"{path}?id={absent}" if needs_query(operation) else path)
    variant = operation.variants[0]
    body = documented_body(variant, absent)
    invalid = invalid_fields(session.contract, variant)
    # A target that does not hold one of two rules refuses the request all the same.
    others = [name for name in variant.required if name not in (invalid or {})]
    changes = {**(invalid or {}), **dict.fromkeys(others[:1])}
    return request_of(variant, with_changes(body, changes), path)


def harmless_requests(session: Session, operation: Operation) -> Iterator[Request]:
    """Requests without effect: invalid in a field, unreadable, and of a type that is not taken."""
    request = harmless_request(session, operation)
    yield request
    if operation.variants:
        yield replace(request.with_headers(content_type=JSON), body=b'{"prompt": ')
        yield request.with_headers(content_type="text/plain")


def needs_query(operation: Operation) -> bool:
    """Whether an operation has a required query parameter."""
    return any(each["in"] == "query" and each.get("required") for each in operation.parameters)


def invalid_fields(contract: TargetContract, variant: RequestVariant) -> Mapping[str, Any] | None:
    """Fields that make any body of a variant invalid; a field set to None is left out.

    It is an unknown model, or no model where the dialect answers an unknown model with a server
    error. None where both would be a server error.
    """
    for value, code in ((NO_MODEL, "model_not_found"), (None, "missing_required_parameter")):
        status = contract.status_of(code, variant.operation, "model")
        needed = value is not None or "model" in variant.required
        if "model" in variant.fields and needed and status < 500:
            return {"model": value}
    return None


def with_changes(body: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A body with fields set, or left out where None."""
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def with_field(request: Request, name: str, value: str) -> Request:
    """A request whose body, JSON or a form, has one text more."""
    kind = request.header("content-type") or ""
    if kind == JSON:
        text = json.dumps({**json.loads(request.body), name: value}).encode()
    else:
        text = encode({name: value}).removesuffix(encode({})) + request.body
    return replace(request, body=text)


def doubly_broken(contract: TargetContract, broken: BrokenRequest) -> BrokenRequest | None:
    """The same request with a second rule broken; None where no second rule can be broken.

    It has no prompt either, unless that is what is wrong: a target that looks at the prompt alone
    must not make a job of it.
    """
    invalid = invalid_fields(contract, broken.variant)
    if invalid is not None and broken.field not in invalid:
        required = "prompt" in broken.variant.required and broken.field != "prompt"
        changes = {**invalid, **({"prompt": None} if required else {})}
        return replace(broken, body=with_changes(broken.body, changes))
    others = [name for name in broken.variant.required if name != broken.field]
    less = replace(broken, body=with_changes(broken.body, dict.fromkeys(others[:1])))
    twice = (each for each in _forbidden(contract, less) if each.certain)
    return next(twice, None) if others else None


def refusal_status(contract: TargetContract, broken: BrokenRequest) -> int:
    """The status by which the contract's dialect refuses the request."""
    return refusal_of(contract, broken.variant.operation, broken.field, broken.keyword)


def refusal_of(contract: TargetContract, operation: str, field: str, keyword: str) -> int:
    """The status by which the contract's dialect refuses a field that breaks a keyword's rule."""
    by_field = _ERROR_KINDS.get((field, keyword))
    code = by_field or _ERROR_KINDS.get(keyword, "invalid_value")
    return contract.status_of(code, operation, field)


def is_certainly_refused(
    contract: TargetContract, variant: RequestVariant, body: Mapping[str, Any]
) -> bool:
    """Whether no request of a variant's operation allows a body, not even without inferences."""
    broken = BrokenRequest(variant, "", "", "", body)
    return any(each.certain for each in _forbidden(contract, broken))


def names_absent_job(broken: BrokenRequest, job: str) -> bool:
    """Whether the request is about ``job``, and so invalid anyway when that does not exist."""
    references = [broken.body.get(name) for name in ("video[id]", "video", "from_task")]
    return "{" in broken.variant.path or job in references or {"id": job} in references


def one_per_rule(requests: Iterator[BrokenRequest]) -> Iterator[BrokenRequest]:
    """One request per rule, from the variant with the best evidence; uncertain ones come last."""
    best: dict[str, BrokenRequest] = {}
    order = list(Evidence)
    for each in requests:
        held = best.get(each.key)
        if held is None or order.index(each.evidence) < order.index(held.evidence):
            best[each.key] = each
    yield from sorted(best.values(), key=lambda each: not each.certain)


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
    elif kind in ("integer", "array", "boolean") and not is_form:
        yield "type", "a text"


def _number(schema: Mapping[str, Any]) -> int:
    """An allowed value as a number instead of a string, so that only its type is wrong."""
    numbers = [text for text in schema.get("enum", ()) if str(text).isdecimal()]
    return int(numbers[0]) if numbers else 1


def _forbidden(contract: TargetContract, broken: BrokenRequest) -> Iterator[BrokenRequest]:
    """The request, if no variant of its operation allows its body."""
    operation = contract.operation(broken.variant.operation)
    schema = operation.content[broken.variant.media_type]["schema"]
    sent = {name: FILE if isinstance(value, File) else value for name, value in broken.body.items()}
    if not contract.validator(schema).is_valid(sent):
        certain = not contract.without_inferred.validator(schema).is_valid(sent)
        yield replace(broken, certain=certain)
