"""Log lines as text or JSON. Nothing that a client sends can end a line or begin one."""

import json
import logging
from collections.abc import Sequence
from typing import Any

from mock_server.http.exchange import Exchange, ExchangeObserver
from mock_server.settings import JSON, OFF, SHORT

_FIELDS = "fields"
_LONGEST_PATH = 500
_FAILED = 500

_log = logging.getLogger("mock_server.access")


def request_logs(form: str) -> Sequence[ExchangeObserver]:
    """What logs each exchange in one of the forms; nothing if it is off."""
    if form == SHORT:
        from mock_server.observability.request_lines import RequestLines

        return (RequestLines(),)
    return () if form == OFF else (log_exchange,)


def log_exchange(exchange: Exchange) -> None:
    """Write one line for an exchange: a warning if the server failed, else an information."""
    level = logging.WARNING if exchange.status >= _FAILED else logging.INFO
    if _log.isEnabledFor(level):
        _log.log(level, "request", extra={_FIELDS: _fields_about(exchange)})


def _fields_about(exchange: Exchange) -> dict[str, Any]:
    return {
        "request_id": exchange.request_id,
        "tenant": exchange.tenant,
        "method": exchange.method,
        "path": exchange.path[:_LONGEST_PATH],
        "operation": exchange.label,
        "status": exchange.status,
        "duration_ms": exchange.took_us / 1000,
        "fault": ",".join(struck.kind for struck in exchange.faults) or None,
        "code": exchange.error_code,
    }


class JsonLines(logging.Formatter):
    """Formats each record as a line of JSON."""

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
    """Formats records as time, level, message and ``name=value``; traces follow, indented."""

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


def log_config(form: str, level: str) -> dict[str, Any] | None:
    """The configuration of ``logging``; None leaves uvicorn's own."""
    if form in (OFF, SHORT):
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
