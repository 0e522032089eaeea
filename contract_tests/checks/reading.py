"""How checks read answers and word what they found."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Trace
from contract_tests.wire.exchange import Exchange
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence, source_of

_SHOWN = 160
_LARGEST = 2.0**64
JSON = "application/json"


def breach(exchange: Exchange, expected: str, received: str = "", **more: Any) -> Breach:
    """What an answer broke; what was received is the answer itself unless said."""
    operation = more.pop("operation", exchange.operation)
    return Breach(
        operation=operation,
        expected=expected,
        received=received or shown(exchange),
        exchange=exchange,
        **more,
    )


def shown(exchange: Exchange) -> str:
    """An answer in a few words: status, type and the beginning of its text."""
    if exchange.answer is None:
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
    """Whether the answer's body is one to read."""
    kind = exchange.reply.media_type
    return kind == JSON or kind.startswith("text/") or kind.endswith(("+json", "xml")) or not kind


def is_success(exchange: Exchange) -> bool:
    """Whether the request was accepted."""
    return 200 <= exchange.status < 300


def is_refusal(exchange: Exchange, *told: int) -> bool:
    """Whether it was refused as the caller's mistake; ``told`` are statuses that say so here."""
    return 400 <= exchange.status < 500 or exchange.status in told


def operation_of(contract: TargetContract, exchange: Exchange) -> Operation | None:
    """The operation an exchange belongs to."""
    if not exchange.operation or not contract.has(exchange.operation):
        return None
    return contract.operation(exchange.operation)


def path_of_job(operation: Operation, job: str) -> str:
    """An operation's path, about one job (or one character, or one webhook endpoint)."""
    return operation.fill(video_id=job, character_id=job, webhook_endpoint_id=job)


def videos_in(data: Any) -> Iterator[Mapping[str, Any]]:
    """The jobs that a JSON answer shows: itself, or the members of its list."""
    if isinstance(data, Mapping) and isinstance(data.get("data"), list):
        yield from (each for each in data["data"] if isinstance(each, Mapping))
    elif isinstance(data, Mapping):
        yield data


def was_waiting(trace: Trace, exchange: Exchange) -> bool:
    """Whether a job had not ended yet when an exchange about it was over."""
    later = (state for each, state in trace.states() if each.number > exchange.number)
    return not trace.stages.ended(next(later, {}).get("status"))


def number(value: Any) -> float | None:
    """A JSON number, infinite where no float is so large; None for all else, a bool included."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return value if abs(value) < _LARGEST else math.copysign(math.inf, value > 0 or -1)


def path_of(steps: Sequence[str | int]) -> str:
    """A place in a JSON document, the same for all members of a list."""
    return "/".join("*" if isinstance(step, int) else str(step) for step in steps) or "the body"


def weakest(*several: Evidence | str) -> Evidence:
    """The evidence of what rests on several."""
    order = (Evidence.INFERRED, Evidence.VERIFIED, Evidence.DOCUMENTED)
    return min((Evidence(each) for each in several), key=order.index)


def credit_at(
    contract: TargetContract, schema: Mapping[str, Any], steps: Sequence[str | int], keyword: str
) -> tuple[str, Evidence]:
    """Who demands what a schema says of a place in the instance, and how firmly."""
    node = contract.resolve(schema)
    found = source_of(node, keyword)
    for step in steps:
        below = node.get("items") if isinstance(step, int) else _property(node, step)
        if below is None:
            break
        node = contract.resolve(below)
        if "x-source" in node:
            found = source_of(node, keyword)
    return found


def _property(node: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = node.get("properties", {}).get(name)
    return found
