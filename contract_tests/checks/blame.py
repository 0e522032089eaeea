"""Checks of what a refusal is about, by requests with one certain fault and nothing else wrong.

The fault makes sure that no job is created, so that documented values are tried for free: the
refusal must be the same with them as without them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract_tests.checks.aspects import Aspect, only, takes_body, those
from contract_tests.checks.breaches import breach, is_success, path_of_job, quoted, weakest
from contract_tests.checks.broken_requests import (
    documented_body,
    invalid_fields,
    is_certainly_refused,
    refusal_of,
    with_changes,
)
from contract_tests.checks.check import Results, probe
from contract_tests.contract.bodies import File, request_of, sample
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach, Skipped
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.session import RefusedError, Session
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence, parse_source
from openapi.contract.requests import JSON, RequestVariant
from openapi.contract.schemas import FILE

# Texts that a prompt may consist of, as no page limits its letters.
_PROMPT = 'Eine "Katze" übt 猫 \N{CAT FACE}\nund spielt\tKlavier & <Geige>'
_LONGEST = 100_000
_BOOLEAN = ("true", "false")
_CREATES = ("createVideo", "createUnifiedVideo")


@dataclass(frozen=True, slots=True)
class _Faulty:
    """A documented request with one fault.

    Attributes:
        body: the request without optional fields; it names a job that does not exist.
        field: the field that is at fault; empty where it is the job.
        changes: what makes it faulty.
        keyword: the rule that is broken.
    """

    session: Session
    variant: RequestVariant
    path: str
    body: Mapping[str, Any]
    field: str = ""
    changes: Mapping[str, Any] | None = None
    keyword: str = "required"

    def send(self, **more: Any) -> Exchange:
        """Send it with further fields."""
        return self.session.send(self._request(more))

    def send_as(self, media_type: str) -> Exchange:
        """Send it with another Content-Type."""
        return self.session.send(self._request({}).with_headers(content_type=media_type))

    def _request(self, more: Mapping[str, Any]) -> Request:
        body = with_changes({**self.body, **more}, self.changes or {})
        return request_of(self.variant, body, self.path)


Rounds = Callable[[_Faulty, set[tuple[str, str]] | None], Iterator[Mapping[str, Any]]]


def _is_about_job(operation: Operation, body: Mapping[str, Any], job: str) -> bool:
    return "{" in operation.path or job in map(str, _ids(body))


def _ids(body: Mapping[str, Any]) -> Iterator[object]:
    video = body.get("video")
    yield video["id"] if isinstance(video, Mapping) else video
    yield body.get("video[id]")


def _without_field(session: Session, variant: RequestVariant) -> _Faulty | None:
    """The request without one of its required fields; None where that may be valid."""
    contract, job = session.contract, session.absent_id()
    operation = contract.operation(variant.operation)
    path, body = path_of_job(operation, job), documented_body(variant, job)
    if _is_about_job(operation, body, job):
        return _Faulty(session, variant, path, body)
    for name in sorted(variant.required, key=lambda each: (each != "prompt", each == "model")):
        if is_certainly_refused(contract, variant, with_changes(body, {name: None})):
            return _Faulty(session, variant, path, body, name, {name: None})
    return None


def _with_wrong_model(session: Session, variant: RequestVariant) -> _Faulty | None:
    """The request for a model that does not exist; None where that would be a server error."""
    invalid = invalid_fields(session.contract, variant)
    job = session.absent_id()
    path = path_of_job(session.contract.operation(variant.operation), job)
    if invalid is None or "prompt" not in variant.fields or not variant.models:
        return None
    keyword = "enum" if invalid["model"] else "required"
    return _Faulty(session, variant, path, documented_body(variant, job), "model", invalid, keyword)


@probe(
    aspect=Aspect.REFUSALS,
    at=those(takes_body),
    source="OpenAI API spec, Error; OpenAI API reference, error codes",
    evidence=Evidence.VERIFIED,
    acceptance=True,
)
def blame(session: Session) -> Results:
    """A request with one fault is refused with the status of that fault, which it alone is for."""
    for operation in session.contract.operations:
        kinds = {each.media_type: each for each in reversed(operation.variants)}
        for variant in kinds.values():
            for make in (_without_field, _with_wrong_model):
                faulty = make(session, variant)
                if faulty is None:
                    continue
                try:
                    exchange = faulty.send()
                except RefusedError as error:
                    yield Skipped(operation.id, str(error))
                    continue
                yield from _blamed(faulty, exchange)
                if is_success(exchange):
                    return


def _blamed(faulty: _Faulty, exchange: Exchange) -> Iterator[Breach]:
    statuses = _statuses(faulty.session.contract, faulty)
    what = f"'{faulty.field}' is at fault" if faulty.field else "the job does not exist"
    if exchange.status not in statuses:
        yield breach(exchange, f"{statuses[0]}, since {what}", key=f"status {faulty.field}")
    blamed = _error(exchange).get("param")
    if faulty.field and isinstance(blamed, str) and blamed and faulty.field not in blamed:
        yield breach(exchange, f"param {faulty.field}, since {what}", f"param: {quoted(blamed)}",
                     key=f"param {faulty.field}")  # fmt: skip


def _statuses(contract: TargetContract, faulty: _Faulty) -> Sequence[int]:
    operation = faulty.variant.operation
    if faulty.field:
        return (refusal_of(contract, operation, faulty.field, faulty.keyword),)
    codes = ("video_not_found", "character_not_found", "webhook_endpoint_not_found")
    return [contract.status_of(code, operation) for code in codes]


def _error(exchange: Exchange) -> Mapping[str, Any]:
    found = exchange.reply.object
    error = found.get("error")
    return error if isinstance(error, Mapping) else found


def _gist(exchange: Exchange) -> tuple[object, ...]:
    """What a refusal is about, whatever its words."""
    error = _error(exchange)
    return exchange.status, *(repr(error.get(name)) for name in ("code", "type", "param"))


@probe(
    aspect=Aspect.DOCUMENTED,
    at=only(*_CREATES, "remixVideo", "editVideo", "extendVideo"),
    source="the documented requests",
    evidence=Evidence.DOCUMENTED,
    acceptance=True,
)
def documented_values(session: Session) -> Results:
    """No optional field or value that is documented makes a difference to a refusal."""
    free = Capability.FREE in session.capabilities
    for operation in session.contract.operations:
        is_documented = operation.evidence is Evidence.DOCUMENTED
        if is_documented or (free and not operation.is_of_webhooks):
            # Elsewhere than in the fake requests are few: each value in one media type.
            seen: set[tuple[str, str]] | None = None if free else set()
            for variant in operation.variants:
                try:
                    yield from _values_of(session, variant, seen)
                except RefusedError as error:
                    yield Skipped(operation.id, str(error))


def _values_of(
    session: Session, variant: RequestVariant, seen: set[tuple[str, str]] | None
) -> Results:
    try:
        yield from _tried(_without_field(session, variant), _rounds, seen)
    except RefusedError:
        # A request without one field may be accepted, which an unknown model cannot be.
        yield from _tried(_with_wrong_model(session, variant), _rounds, seen)
    yield from _tried(_with_wrong_model(session, variant), _prompts, seen)


def _tried(
    faulty: _Faulty | None, rounds: Rounds, seen: set[tuple[str, str]] | None
) -> Iterator[Breach]:
    tried = list(rounds(faulty, None if seen is None else set(seen))) if faulty else []
    if faulty is None or not tried:
        return
    usual = faulty.send()
    guilty: set[str] = set()
    for more in tried:
        if is_success(usual):
            return
        innocent = {name: value for name, value in more.items() if name not in guilty}
        yield from _differences(faulty, usual, innocent, guilty)
        if seen is not None:
            seen |= {(name, repr(value)) for name, value in more.items()}


def _differences(
    faulty: _Faulty, usual: Exchange, more: Mapping[str, Any], guilty: set[str]
) -> Iterator[Breach]:
    """Breaches for the fields that change the refusal, which are added to ``guilty``."""
    exchange = faulty.send(**more)
    if _gist(exchange) == _gist(usual):
        return
    alone = [(name, faulty.send(**{name: more[name]})) for name in more]
    blamed = [(name, each) for name, each in alone if _gist(each) != _gist(usual)]
    guilty |= {name for name, _ in blamed}
    variant = faulty.variant
    for name, found in blamed or [(" and ".join(more), exchange)]:
        value = "a file" if isinstance(more.get(name), File) else quoted(more.get(name, ""))[:60]
        expected = f"the refusal as without {name} {value}, which is documented"
        source = variant.source_of_rule(name, "enum")
        evidence = weakest(variant.evidence, parse_source(source).evidence)
        if more.get(name) in _BOOLEAN and more[name] not in variant.shown(name):
            evidence = Evidence.INFERRED
        yield breach(found, expected, key=f"{variant.media_type} {name}", source=source,
                     evidence=evidence)  # fmt: skip


def _rounds(faulty: _Faulty, seen: set[tuple[str, str]] | None) -> Iterator[Mapping[str, Any]]:
    """Optional fields and listed values, as many in each request as are valid together."""
    values = {name: found for name in faulty.variant.fields if (found := _listed(faulty, name))}
    values.pop(faulty.field, None)
    for number in range(max(map(len, values.values()), default=0)):
        more = {name: found[number % len(found)] for name, found in values.items()}
        more = _valid_part(faulty, more)
        new = {(name, repr(value)) for name, value in more.items()}
        if seen is not None and new <= seen:
            continue
        if seen is not None:
            seen |= new
        if more:
            yield more
    if not faulty.field and "prompt" in faulty.variant.fields:
        yield from _prompts(faulty, seen)


def _listed(faulty: _Faulty, name: str) -> Sequence[Any]:
    schema = faulty.variant.fields[name]
    choices = faulty.variant.schema.get("oneOf", ())
    if any(name in each.get("required", ()) for each in choices) or name.startswith("video"):
        return ()
    # One of the two words documents the other.
    if set(_BOOLEAN) <= set(schema.get("enum", ())):
        return _BOOLEAN
    if shown := faulty.variant.shown(name):
        return shown
    if schema.get("type") == "boolean":
        return True, False
    return () if name in faulty.body else (sample(name, schema),)


def _valid_part(faulty: _Faulty, more: Mapping[str, Any]) -> dict[str, Any]:
    """As many of the fields, in order, as are valid together once the fault is repaired."""
    kept: dict[str, Any] = {}
    for name, value in more.items():
        body = {**faulty.body, **kept, name: value}
        sent = {key: FILE if isinstance(each, File) else each for key, each in body.items()}
        if faulty.variant.validator.is_valid(sent):
            kept[name] = value
    return kept


def _prompts(faulty: _Faulty, seen: set[tuple[str, str]] | None) -> Iterator[Mapping[str, Any]]:
    """A prompt of every kind of letter, and one as long as is documented."""
    longest = faulty.variant.fields["prompt"].get("maxLength", 0)
    texts = [_PROMPT, *(["x" * longest] if 0 < longest <= _LONGEST else [])]
    for text in texts:
        if seen is None or ("prompt", repr(text)) not in seen:
            yield {"prompt": text}


@probe(
    aspect=Aspect.DOCUMENTED,
    at=only(*_CREATES),
    source="RFC 9110, 8.3.1: a media type may have parameters; many clients name the charset",
    evidence=Evidence.INFERRED,
    acceptance=True,
)
def json_types(session: Session) -> Iterator[Breach]:
    """JSON is read as such where its type names UTF-8 as the charset, or is in capitals."""
    for operation in filter(session.contract.has, _CREATES):
        variants = session.contract.operation(operation).variants
        variant = next((each for each in variants if each.media_type == JSON), None)
        faulty = variant and _without_field(session, variant)
        if not faulty:
            continue
        usual = faulty.send()
        for key, media_type in (
            ("charset", f"{JSON}; charset=utf-8"),
            ("case", "Application/JSON"),
        ):
            named = faulty.send_as(media_type)
            if _gist(named) != _gist(usual):
                yield breach(named, f"the refusal as for {JSON}, for {media_type}", key=key)
