"""Every kind of error has its own code, is documented, and has one envelope."""

from typing import Any

import pytest

import openapi
from mock_server.http import errors
from mock_server.http.errors import ApiError
from openapi.contract.document import load_contract
from openapi.contract.error_kinds import BEFORE, ErrorKind
from openapi.contract.schemas import SchemaCompiler
from tests.system.dialects.rendered import error_body

ERROR_KINDS = {name: value for name, value in vars(errors).items() if isinstance(value, ErrorKind)}
CONTRACT = load_contract(openapi.CONTRACT)
ENVELOPE = SchemaCompiler(CONTRACT).compile({"$ref": "#/components/schemas/ErrorResponse"})


def documented_statuses() -> set[int]:
    """Every status that some operation of the contract can answer with."""
    return {
        int(status)
        for item in CONTRACT["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
        for status in operation["responses"]
    }


def test_codes_are_distinct() -> None:
    """Status and code identify the kind of error."""
    codes = [(error_kind.status, error_kind.code) for error_kind in ERROR_KINDS.values()]

    assert len(ERROR_KINDS) > 20
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("name", ERROR_KINDS)
def test_every_error_kind_is_documented(name: str) -> None:
    """The body has the contract's envelope, and the status is in the contract."""
    error_kind = ERROR_KINDS[name]
    body: Any = error_body(ApiError(error_kind, "What went wrong.", param="size"))

    assert error_kind.at == BEFORE or error_kind.status in documented_statuses()
    assert list(ENVELOPE.iter_errors(body)) == []


@pytest.mark.parametrize("name", ERROR_KINDS)
def test_every_error_kind_has_a_chinese_line(name: str) -> None:
    """The gateway's own addition to OpenAI's envelope is never empty."""
    line = ERROR_KINDS[name].message_zh

    assert any("\u4e00" <= letter <= "\u9fff" for letter in line)


@pytest.mark.parametrize("name", ERROR_KINDS)
def test_the_headers_a_status_needs_are_there(name: str) -> None:
    """401 names the scheme, and 409 asks clients not to retry."""
    error_kind = ERROR_KINDS[name]

    assert ("WWW-Authenticate" in error_kind.headers) == (error_kind.status == 401)
    assert ("x-should-retry" in error_kind.headers) == (error_kind.status == 409)


def test_headers_of_an_error_are_added_to_those_of_its_kind() -> None:
    """An error may add headers, and its kind does not change."""
    error = ApiError(errors.UNKNOWN_KEY, "No.", headers={"X-More": "1"})

    assert set(error.headers) == {"WWW-Authenticate", "X-More"}
    assert set(errors.UNKNOWN_KEY.headers) == {"WWW-Authenticate"}
