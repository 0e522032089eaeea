"""The paths and methods of one contract: one dictionary look-up or one short scan a request."""

import re
from collections.abc import Mapping
from typing import Any

from mock_server.http.errors import UNKNOWN_PATH, ApiError, shown

_METHODS = ("get", "put", "post", "delete", "patch")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Methods = Mapping[str, str]
_NONE: Methods = {}


class Routes:
    """Finds operations. A literal path wins over a template, also for a method that only the
    template has."""

    def __init__(self, contract: Mapping[str, Any], base_path: str = "") -> None:
        """Compile every path."""
        self._literal: dict[str, Methods] = {}
        self._templates: list[tuple[re.Pattern[str], Methods]] = []
        for template, item in contract["paths"].items():
            path = base_path + template
            methods = {
                method.upper(): item[method]["operationId"] for method in _METHODS if method in item
            }
            if "GET" in methods:
                methods["HEAD"] = methods["GET"]
            if "{" in path:
                self._templates.append((_compile(path), methods))
            else:
                self._literal[path] = methods

    def find(self, path: str) -> tuple[Methods, dict[str, str]]:
        """The operations of a path by method, none where there is no such path, and its
        parameters."""
        found = self._literal.get(path)
        if found is not None:
            return found, {}
        for pattern, methods in self._templates:
            match = pattern.fullmatch(path)
            if match:
                return methods, match.groupdict()
        return _NONE, {}


def unknown_path(path: str) -> ApiError:
    """The answer for a path that is not there."""
    return ApiError(UNKNOWN_PATH, f"Invalid URL ({shown(path)}): the contract has no such path.")


def _compile(path: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(path)
    return re.compile(
        "".join(
            f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
    )
