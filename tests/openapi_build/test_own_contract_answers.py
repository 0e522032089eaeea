"""Holds this package's contract: what it says of answers, links and operation ids."""

from typing import Any

import pytest

from openapi import contract_rules

Contract = dict[str, Any]
ERRORS = {"400", "401", "403", "404", "405", "429", "500", "503"}


def test_every_operation_documents_the_errors_a_server_gives(contract: Contract) -> None:
    """Each status a caller can meet is there; those of bodies where there is a body."""
    for pointer, operation in contract_rules.operations(contract):
        demanded = ERRORS | ({"413", "415"} if "requestBody" in operation else set())

        assert demanded <= set(operation["responses"]), pointer


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Unauthorized", "WWW-Authenticate"),
        ("TooManyRequests", "Retry-After"),
        ("NotFound", "x-request-id"),
    ],
)
def test_headers_a_client_relies_on_are_required(
    contract: Contract, name: str, header: str
) -> None:
    """The challenge, the wait and the id of an exchange are promised, not possible."""
    found = contract["components"]["responses"][name]["headers"][header]
    if "$ref" in found:
        found = contract["components"]["headers"][found["$ref"].rpartition("/")[2]]

    assert found["required"] is True


def test_create_links_to_what_reads_the_job(contract: Contract) -> None:
    """From the answer to a create a tester finds the way to read and to download the job."""
    for path in ("/v1/videos", "/v1/video/create"):
        links = contract["paths"][path]["post"]["responses"]["200"]["links"]

        assert {"retrieveVideo", "downloadVideoContent"} <= set(links)


def test_operation_ids_name_the_operations(contract: Contract) -> None:
    """Each operation has an id of its own in camel case, as handlers and clients want it."""
    ids = [operation["operationId"] for _, operation in contract_rules.operations(contract)]

    assert len(set(ids)) == len(ids) == 14
    assert all(each[0].islower() and each.isalnum() for each in ids)
