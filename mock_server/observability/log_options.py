"""The forms and levels of log lines, by name."""

from typing import Final

OFF, TEXT, JSON = FORMATS = ("off", "text", "json")
LEVELS: Final = ("debug", "info", "warning", "error")
