"""The read model of a contract: operations, paths, references and sources."""

from typing import Any

import pytest

import openapi
from openapi.contract.contract import Contract, quote
from openapi.contract.document import load_contract
from openapi.contract.evidence import Evidence, source_of
from openapi.contract.paths import PathTable
from openapi.documents.places import operations

DOCUMENT = load_contract(openapi.CONTRACT)
CONTRACT = Contract(DOCUMENT)
PARAMETER = {"name": "id", "in": "path", "schema": {"type": "string"}}
SMALL = Contract(
    {
        "paths": {
            "/things/{id}": {
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "get": {
                    "operationId": "read",
                    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                    "responses": {"200": {"$ref": "#/components/responses/Thing"}},
                },
            }
        },
        "components": {
            "parameters": {"Id": PARAMETER},
            "responses": {"Thing": {"description": "A thing."}},
        },
    }
)


def test_every_operation_is_read() -> None:
    """The operations are those of the document, in its order."""
    pairs = [(each.path, each.method.lower()) for each in CONTRACT.operations]

    assert pairs == [(path, method) for (_, path, method), _ in operations(DOCUMENT)]
    assert all(CONTRACT.operation(each.id) is each for each in CONTRACT.operations)


def test_parameters_and_responses_are_without_references() -> None:
    """An operation has the parameters of its path, and references are followed."""
    read = SMALL.operation("read")

    assert [each["name"] for each in read.parameters] == ["id", "limit"]
    assert [(each.name, each.integer) for each in read.query] == [("limit", True)]
    assert read.response(200) == {"description": "A thing."}
    assert read.response(404) is None


@pytest.mark.parametrize("method", ["GET", "get"])
def test_a_request_has_one_operation(method: str) -> None:
    """An operation is found by method and path, and its parameters with it."""
    assert SMALL.match(method, "/things/7") is SMALL.operation("read")
    assert SMALL.find("/things/7")[1] == {"id": "7"}
    assert SMALL.match("PUT", "/things/7") is None
    assert SMALL.match(method, "/things/7/parts") is None


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/a/b", ("literal", {})),
        ("/a/c", ("one", {"x_id": "c"})),
        ("/c/b", ("two", {"x": "c", "y": "b"})),
        ("/a/", ("", {})),
        ("/a/b/", ("", {})),
        ("/a/b\n", ("one", {"x_id": "b\n"})),
        ("/a.b", ("", {})),
    ],
)
def test_the_most_literal_path_wins(path: str, found: tuple[str, dict[str, str]]) -> None:
    """A parameter takes one segment that is not empty; fewer parameters come first."""
    entries = {"/{x}/{y}": "two", "/a/{x-id}": "one", "/a/b": "literal", "/a+b": "sign"}

    assert PathTable(entries, "").find(path) == found


def test_a_path_is_filled_in_encoded() -> None:
    """An id cannot add a segment to a path or take one away."""
    assert SMALL.operation("read").fill(id="a/b ..") == "/things/a%2Fb%20.."
    assert quote("..") == "%2E%2E"


@pytest.mark.parametrize("name", ["job", "job.id", "job-id", "0", "job[0]"])
def test_a_parameter_that_is_not_declared_is_filled_in(name: str) -> None:
    """A path's parameters are those in its braces, whatever they are called."""
    get = {"operationId": "read", "responses": {"200": {"description": "A job."}}}
    read = Contract({"paths": {f"/jobs/{{{name}}}": {"get": get}}}).operation("read")

    assert read.filled("a b") == "/jobs/a%20b"


@pytest.mark.parametrize(
    ("node", "keyword", "text", "evidence"),
    [
        ({"x-source": "page:3"}, "", "page:3", Evidence.DOCUMENTED),
        ({"x-source": "page:3", "x-standing": "verified"}, "", "page:3", Evidence.VERIFIED),
        ({"x-source": "us (inferred)"}, "", "us (inferred)", Evidence.INFERRED),
        ({"x-source": "a", "x-sources": {"enum": "b"}}, "enum", "b", Evidence.DOCUMENTED),
        ({}, "", "the contract", Evidence.DOCUMENTED),
    ],
)
def test_a_source_has_its_evidence(
    node: dict[str, Any], keyword: str, text: str, evidence: Evidence
) -> None:
    """A keyword's own source counts first; the evidence is declared or ends the source."""
    assert source_of(node, keyword) == (text, evidence)
