"""Holds what a page describes of one operation, and what of it no contract can have."""

from typing import Any

import pytest

from openapi.merging.merge import left_out
from openapi.merging.responses import is_status, replies_of
from openapi.merging.variants import requests_of
from openapi.pages.operation import PageOperation, operations_of
from tests.openapi.samples import create, data, page


def operation(text: str, method: str = "post") -> PageOperation:
    """The one operation of a page."""
    (found,) = operations_of(page("a", {"/a": {method: data(text)}}, components=data(COMPONENTS)))
    return found


COMPONENTS = """
responses: {R: {description: Fine, content: {application/json: {schema: {}}}}}
requestBodies: {B: {content: {application/json: {schema: {}}}}}
"""


def test_operations_are_found_in_the_order_of_methods() -> None:
    """Every method of every path is one; extensions beside paths are none."""
    found = page("a", {"/a": {"post": {}, "get": {}}, "/b": {"put": {}}, "x-c": {"get": {}}})

    assert [(each.path, each.method) for each in operations_of(found)] == [
        ("/a", "get"),
        ("/a", "post"),
        ("/b", "put"),
    ]


def test_shared_bodies_and_answers_are_read_where_they_stand() -> None:
    """A reference in place of a body or an answer is followed."""
    found = operation(
        "{requestBody: {$ref: '#/components/requestBodies/B'},"
        " responses: {'200': {$ref: '#/components/responses/R'}}}"
    )

    assert [request.media_type for request in requests_of(found)] == ["application/json"]
    assert [reply.status for reply in replies_of(found)] == ["200"]


@pytest.mark.parametrize("method", ["get", "head", "delete"])
def test_a_body_without_meaning_is_left_out_and_reported(method: str) -> None:
    """HTTP gives no meaning to the body of a read, so OpenAPI says to ignore it."""
    found = operation("{requestBody: {content: {multipart/form-data: {schema: {}}}}}", method)

    assert requests_of(found) == []
    assert list(left_out(found)) == ["request body (a:7)"]


def test_a_default_response_is_left_out_and_reported() -> None:
    """A default response would make every status conform."""
    found = operation("{responses: {'200': {description: ''}, default: {description: ''}}}")

    assert list(filter(is_status, found.statuses())) == ["200"]
    assert list(left_out(found)) == ["default response (a:10)"]


def test_an_ignored_header_is_left_out_and_reported() -> None:
    """OpenAPI ignores it, and the report of what is left out names its line."""
    found = operation("{parameters: [{name: Accept, in: header, schema: {type: string}}]}")

    assert list(left_out(found)) == ["header Accept (a:8)"]


def test_nothing_is_left_out_of_an_ordinary_operation() -> None:
    """A body and an answer by status belong to the contract."""
    found: Any = next(operations_of(page("a", {"/a": {"post": create({})}})))

    assert list(left_out(found)) == []
