"""Exchanges without a server."""

from functools import cache
from typing import Any

import openapi
from mock_server.http.exchange import Exchange
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from openapi.dialects import DEFAULT
from openapi.dialects.contract import contract_for
from openapi.dialects.dialect import Dialect
from openapi.dialects.loading import load_dialects

_DEFAULT = load_dialects()[DEFAULT]


def head(method: str = "GET", path: str = "/v1/videos", **headers: str) -> dict[str, Any]:
    """The ASGI scope of a request; names of headers are written with underscores."""
    lines = [
        (name.replace("_", "-").encode(), value.encode("latin-1"))
        for name, value in headers.items()
    ]
    return {"type": "http", "method": method, "path": path, "query_string": b"", "headers": lines}


def exchange(**headers: str) -> Exchange:
    """A request with headers, whose names are written with underscores."""
    return Exchange(head(**headers), _DEFAULT)


def exchange_at(operation_id: str, dialect: Dialect = _DEFAULT) -> Exchange:
    """A request that was routed to an operation; its id ends with 1."""
    routed = Exchange(head(), dialect)
    routed.operation = _contract(dialect).operation(operation_id)
    routed.token = b"1"
    return routed


@cache
def _contract(dialect: Dialect) -> Contract:
    return Contract(contract_for(load_contract(openapi.CONTRACT), dialect))
