"""Builds breaches, and reads what several checks need of a response."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Trace
from contract_tests.wire.exchange import Exchange
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence, Source, source_of
from openapi.contract.paths import parameter_names
from openapi.contract.requests import JSON

_SHOWN = 160


def breach(exchange: Exchange, expected: str, received: str = "", **more: Any) -> Breach:
    """A breach seen in an exchange; ``received`` defaults to a summary of the response."""
    operation = more.pop("operation", exchange.operation)
    return Breach(
        operation=operation,
        expected=expected,
        received=received or summary(exchange),
        exchange=exchange,
        **more,
    )


def summary(exchange: Exchange) -> str:
    """A response in one line: status, media type and the start of its text."""
    if exchange.reply_or_none is None:
        return exchange.trouble or "no reply"
    reply = exchange.reply
    head = f"{reply.status} {reply.media_type or 'without a type'}"
    if not is_text(exchange):
        return f"{head}, {len(reply.body)} bytes"
    text = " ".join(reply.body[: 2 * _SHOWN].decode("utf-8", "replace").split())
    return f"{head} {text[:_SHOWN]}{'...' if len(text) > _SHOWN else ''}".strip()


def quoted(value: Any) -> str:
    """A value as JSON, cut to a readable length."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def is_text(exchange: Exchange) -> bool:
    """Whether the body of the response is text, by its media type."""
    kind = exchange.reply.media_type
    return kind == JSON or kind.startswith("text/") or kind.endswith(("+json", "xml")) or not kind


def is_success(exchange: Exchange) -> bool:
    """Whether the request was accepted."""
    return 200 <= exchange.status < 300


def is_refusal(exchange: Exchange, *statuses: int) -> bool:
    """Whether the request was refused: with 4xx, or with one of ``statuses``."""
    return 400 <= exchange.status < 500 or exchange.status in statuses


def other_refusal(
    exchange: Exchange, statuses: Sequence[int], what: str, key: str
) -> Iterator[Breach]:
    """A breach where a request is refused as it must be, but with another status."""
    if is_refusal(exchange) and exchange.status not in statuses:
        # Its words differ from field to field, and its cause does not.
        received = f"a refusal with {exchange.status}"
        yield breach(exchange, f"{statuses[0]} {what}", received, key=f"status {key}",
                     source="OpenAI API reference, error codes; RFC 9110, 15.5",
                     evidence=Evidence.VERIFIED)  # fmt: skip


def has_other_length(head: Exchange, usual: Exchange) -> bool:
    """Whether HEAD states another length than GET sends; it need not state one."""
    length = head.reply.header("content-length")
    is_coded = bool(usual.reply.header("content-encoding"))
    return not is_coded and length not in (None, str(len(usual.reply.body)))


def operation_of(contract: TargetContract, exchange: Exchange) -> Operation | None:
    """The operation of an exchange; None where the contract has none for it."""
    if not exchange.operation or not contract.has(exchange.operation):
        return None
    return contract.operation(exchange.operation)


def place_of(contract: TargetContract, exchange: Exchange) -> str:
    """The operation of an exchange; where it has none, one of the same path, else the path."""
    if exchange.operation:
        return exchange.operation
    known = contract.find(exchange.request.path)[0]
    return next((each.id for each in known.values()), exchange.request.path)


def path_of_job(operation: Operation, job: str) -> str:
    """An operation's path for one job, character or webhook endpoint."""
    return operation.fill(**dict.fromkeys(parameter_names(operation.path), job))


def videos_in(data: Any) -> Iterator[Mapping[str, Any]]:
    """The jobs in a JSON response: the members of its list, or else the response itself."""
    if isinstance(data, Mapping) and isinstance(data.get("data"), list):
        yield from (each for each in data["data"] if isinstance(each, Mapping))
    elif isinstance(data, Mapping):
        yield data


def was_waiting(trace: Trace, exchange: Exchange) -> bool:
    """Whether the first state seen after an exchange shows that the job had not ended."""
    later = (state for each, state in trace.states() if each.number > exchange.number)
    return not trace.stages.ended(next(later, {}).get("status"))


def path_of(steps: Sequence[str | int]) -> str:
    """A location in a JSON document, with ``*`` for the index of a list's member."""
    return "/".join("*" if isinstance(step, int) else str(step) for step in steps) or "the body"


def weakest(*several: Evidence) -> Evidence:
    """The weakest of several evidences, which is that of a rule that rests on all of them."""
    return max(several, key=list(Evidence).index)


def source_at(
    contract: TargetContract, schema: Mapping[str, Any], steps: Sequence[str | int], keyword: str
) -> Source:
    """The source of a schema's keyword at a location: that of the innermost node that has one."""
    node = contract.resolve(schema)
    found = source_of(node, keyword)
    for step in steps:
        below = schema_below(node, step)
        if below is None:
            break
        node = contract.resolve(below)
        if "x-source" in node:
            found = source_of(node, keyword)
    return found


def schema_below(node: Mapping[str, Any], step: str | int) -> Mapping[str, Any] | None:
    """The schema of a list's members or of a property; None where the node has none."""
    if isinstance(step, int):
        found: Mapping[str, Any] | None = node.get("items")
    else:
        found = node.get("properties", {}).get(step)
    return found
