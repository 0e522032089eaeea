"""Log lines for people or programs: nothing that a caller sent can end a line or begin one."""

import json
import logging
from typing import Any

from mock_server.http.dialect_contracts import ResponseDialect
from mock_server.http.exchange import ERROR_CODE, FAULT, TOKEN
from mock_server.observability.log_options import JSON, OFF
from mock_server.observability.observers import CompletedExchange, ExchangeObservers

_FIELDS = "fields"
_LONGEST_PATH = 500
_FAILED = 500

_log = logging.getLogger("mock_server.access")


class AccessLog:
    """One line for each exchange: a warning where the server failed, else for information."""

    def __init__(self, response_dialect: ResponseDialect) -> None:
        """``spoken`` finds the dialect, which has its own form of a request id."""
        self._spoken = response_dialect

    def __call__(self, completed: CompletedExchange) -> None:
        """Write the line."""
        level = logging.WARNING if completed.status >= _FAILED else logging.INFO
        if _log.isEnabledFor(level):
            _log.log(level, "request", extra={_FIELDS: self._fields(completed)})

    def _fields(self, completed: CompletedExchange) -> dict[str, Any]:
        scope = completed.scope
        prefix = self._spoken(scope).headers.request_id_prefix
        return {
            "request_id": prefix + scope.get(TOKEN, b"").decode(),
            "tenant": completed.tenant,
            "method": scope["method"],
            "path": scope["path"][:_LONGEST_PATH],
            "operation": completed.operation,
            "status": completed.status,
            "duration_ms": completed.took_us / 1000,
            "fault": ",".join(struck.kind for struck in scope.get(FAULT, ())) or None,
            "code": scope.get(ERROR_CODE),
        }


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        content = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_fields_of(record),
        }
        if record.exc_info:
            content["trace"] = self.formatException(record.exc_info)
        return _ascii(content)


class TextLines(logging.Formatter):
    """Time, level, message and ``name=value``; a trace stands below, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        words = [
            self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            record.levelname.lower(),
            _ascii(record.getMessage())[1:-1],
            *(f"{name}={_word(value)}" for name, value in _fields_of(record).items()),
        ]
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        lines = [f"  {_ascii(line)[1:-1]}" for line in trace.splitlines()]
        return "\n".join([" ".join(words), *lines])


def access_log(form: str, response_dialect: ResponseDialect) -> ExchangeObservers:
    """What writes a line for each exchange; nothing where logs are off."""
    return () if form == OFF else (AccessLog(response_dialect),)


def log_config(form: str, level: str) -> dict[str, Any] | None:
    """The configuration of ``logging``; None leaves uvicorn's own."""
    if form == OFF:
        return None
    lines = JsonLines if form == JSON else TextLines
    quiet = "warning" if level == "info" else level
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": lines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "mock_server": {"level": level.upper()},
            "uvicorn": {"level": quiet.upper()},
        },
    }


def _fields_of(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = getattr(record, _FIELDS, {})
    return {name: value for name, value in fields.items() if value is not None}


def _word(value: Any) -> str:
    text = str(value)
    plain = text.isascii() and text.isprintable() and not set(text) & set(' "=\\')
    return text if plain and text else _ascii(text)


def _ascii(value: Any) -> str:
    """JSON in ASCII without control characters; only DEL is left in it by the library."""
    return json.dumps(value).replace("\x7f", "\\u007f")
