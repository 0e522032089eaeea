"""Puts the facts of a dialect together, as the data of a dialect file."""

from collections.abc import Callable
from typing import Any

from contract_tests.deriving.errors import ErrorOf, errors_of, refusals_of
from contract_tests.deriving.objects import ids_of, progress_of, statuses_of, video_of
from contract_tests.deriving.responses import content_of, headers_of, operations_of, requests_of
from contract_tests.deriving.traffic import Traffic
from openapi.dialects.dialect import Dialect

Data = dict[str, Any]


def dialect_of(traffic: Traffic, base: Dialect, error_of: ErrorOf) -> Data:
    """The dialect that some traffic shows; what it does not show is inherited by leaving it out."""
    operations, without = operations_of(traffic)
    headers = headers_of(traffic, base)
    parts: dict[str, Callable[[], Data | None]] = {
        "ids": lambda: ids_of(traffic),
        "statuses": lambda: statuses_of(traffic, base),
        "video": lambda: video_of(traffic, base),
        "progress": lambda: progress_of(traffic),
        "content": lambda: content_of(traffic, base),
        "headers": lambda: headers,
        "operations": lambda: operations,
        "requests": lambda: requests_of(traffic),
    }
    found: Data = {"summary": f"Derived from cassette {traffic.name}."}
    found |= {name: part for name, make in parts.items() if (part := make())}
    known = headers or {"request_id": base.headers.request_id}
    refusals = refusals_of(
        traffic,
        error_of,
        header=known["request_id"],
        prefix=known.get("request_id_prefix", ""),
        without=without,
    )
    if refusals:
        found["envelopes"], found["errors"] = errors_of(traffic, refusals)
    return found
