"""The paths of a contract with the operations that requests reach there."""

from collections.abc import Mapping
from typing import Any

from mock_server.http.errors import UNKNOWN_PATH, ApiError, shown
from openapi.contract.paths import PathTable
from openapi.documents.places import operations

# Operation ids by method.
Methods = Mapping[str, str]


def routes(contract: Mapping[str, Any], base_path: str = "") -> PathTable[Methods]:
    """The operations by path; HEAD is answered wherever GET is."""
    entries: dict[str, dict[str, str]] = {}
    for (_, path, method), operation in operations(contract):
        methods = entries.setdefault(f"{base_path}{path}", {})
        methods[str(method).upper()] = operation["operationId"]
        if method == "get":
            methods["HEAD"] = operation["operationId"]
    return PathTable(entries, {})


def unknown_path(path: str) -> ApiError:
    """The answer for a path that is not there."""
    return ApiError(UNKNOWN_PATH, f"Invalid URL ({shown(path)}): the contract has no such path.")
