"""Makes a fault from its kind and settings, wherever they were written."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from mock_server.faults import FAULTS
from mock_server.faults.active import Match
from mock_server.faults.fault import Fault

_MATCH = frozenset(Match.__dataclass_fields__)


class FaultError(ValueError):
    """A fault that cannot be set; ``setting`` is the part that is wrong."""

    def __init__(self, message: str, setting: str | None = None) -> None:
        super().__init__(message)
        self.setting = setting


def make_fault(kind: str, settings: Mapping[str, Any]) -> tuple[Fault, Match]:
    """The fault and the requests it is for."""
    if kind not in FAULTS:
        raise FaultError(f"no fault '{kind}'; known: {', '.join(FAULTS)}", "kind")
    match = Match(**{key: value for key, value in settings.items() if key in _MATCH})
    own = {key: value for key, value in settings.items() if key not in _MATCH}
    try:
        return FAULTS[kind](**own), match
    except TypeError as error:
        raise FaultError(f"the fault '{kind}' does not take {sorted(own)}: {error}") from error


def settings_schema(kind: str) -> dict[str, Any]:
    """The settings of a kind with their defaults."""
    return {
        setting.name: {"default": setting.default}
        for setting in fields(FAULTS[kind])
        if setting.default is not MISSING
    }
