"""Path templates: matching request paths with them, and comparing them with each other."""

import re
from collections.abc import Mapping
from typing import Generic, TypeVar

T = TypeVar("T")
_PARAMETER = re.compile(r"\{([^}/]+)\}")
_NO_NAME = re.compile(r"^(?=\d)|\W")
# In a comparison anything in braces is a parameter, also what no path can be matched with.
_BRACES = re.compile(r"\{([^}]*)\}")
_VERSION = re.compile(r"/v[0-9]+(?=/|$)")


def path_form(path: str) -> str:
    """A template without the names of its parameters, which do not reach the wire."""
    return _BRACES.sub("{}", path)


def parameter_names(path: str) -> list[str]:
    """The names of a template's parameters, in their order."""
    return _BRACES.findall(path)


def fill(path: str, values: Mapping[str, str]) -> str:
    """A path with values in the places of all its parameters.

    Raises:
        KeyError: a parameter has no value.
    """
    return _BRACES.sub(lambda parameter: values[parameter[1]], path)


def without_version(path: str) -> str:
    """A path without steps such as ``/v1``."""
    return _VERSION.sub("", path)


class PathTable(Generic[T]):
    """Entries by path template.

    A literal path wins over a template, also for a method that only the template has. Among
    templates the one with the fewest parameters wins, then the first.
    """

    def __init__(self, entries: Mapping[str, T], missing: T) -> None:
        """Compile every path; ``missing`` is returned for a path that no template matches."""
        self._missing = missing
        self._literal = {path: entry for path, entry in entries.items() if "{" not in path}
        self._templates = [
            (_compile(path), entry)
            for path, entry in sorted(entries.items(), key=lambda item: item[0].count("{"))
            if "{" in path
        ]

    def find(self, path: str) -> tuple[T, dict[str, str]]:
        """Return the entry of a path, and the values of the template's parameters as sent.

        A character that a Python name cannot have is ``_`` in a parameter's name.
        """
        found = self._literal.get(path)
        if found is not None:
            return found, {}
        for pattern, entry in self._templates:
            match = pattern.fullmatch(path)
            if match:
                return entry, match.groupdict()
        return self._missing, {}


def _compile(template: str) -> re.Pattern[str]:
    """A parameter takes one segment, which is not empty."""
    parts = _PARAMETER.split(template)
    named = [
        f"(?P<{_NO_NAME.sub('_', part)}>[^/]+)" if index % 2 else re.escape(part)
        for index, part in enumerate(parts)
    ]
    return re.compile("".join(named))
