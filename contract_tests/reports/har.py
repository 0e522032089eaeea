"""All traffic of a run as an HTTP Archive (HAR 1.2)."""

import base64
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from contract_tests.reports.report import Report, redact, redact_header
from contract_tests.wire.exchange import Exchange, Headers, Reply, Request
from openapi.documents.text import json_text

_LONGEST_BODY = 1024 * 1024


def as_har(report: Report) -> str:
    """The archive as a JSON document; bodies above a megabyte are left out."""
    entries = [_entry(report.target_url, each) for each in report.exchanges]
    creator = {"name": "gateway-contract", "version": "1"}
    log = {"version": "1.2", "creator": creator, "entries": entries}
    return json_text(json.dumps({"log": log}, ensure_ascii=False)) + "\n"


def _entry(base_url: str, exchange: Exchange) -> dict[str, Any]:
    elapsed = round((exchange.reply_or_none.elapsed_s if exchange.reply_or_none else 0) * 1000, 3)
    return {
        "startedDateTime": datetime.fromtimestamp(exchange.at_s, UTC).isoformat(),
        "time": elapsed,
        "request": _request(base_url, exchange.request),
        "response": _response(exchange.reply_or_none),
        "cache": {},
        "timings": {"send": 0, "wait": elapsed, "receive": 0},
        "comment": f"{exchange.sender}: {exchange.operation} {exchange.trouble}".strip(),
    }


def _request(base_url: str, request: Request) -> dict[str, Any]:
    found: dict[str, Any] = {
        "method": request.method,
        "url": redact(base_url.rstrip("/") + request.target),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _named(parse_qsl(request.query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        kind = request.header("content-type") or ""
        found["postData"] = {"mimeType": kind, **_text(request.body)}
    return found


def _response(reply: Reply | None) -> dict[str, Any]:
    body = reply.body if reply else b""
    content = {"size": len(body), "mimeType": reply.media_type if reply else "", **_text(body)}
    return {
        "status": reply.status if reply else 0,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(reply.headers) if reply else [],
        "content": content,
        "redirectURL": redact(reply.header("location") or "") if reply else "",
        "headersSize": -1,
        "bodySize": len(body),
    }


def _text(body: bytes) -> dict[str, str]:
    if len(body) > _LONGEST_BODY:
        return {"comment": "left out for its length"}
    try:
        return {"text": redact(body.decode("utf-8"))}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return _named((name, redact_header(name, value)) for name, value in headers)


def _named(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
