"""What the documented pages show works: their requests are taken, their answers come back."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import openapi
from openapi.building.examples import request_example
from openapi.contract.requests import FORM
from openapi.contract.schemas import FILE, SchemaCompiler
from openapi.merging.responses import replies_of
from openapi.merging.variants import requests_of
from openapi.pages.documented import load_pages
from openapi.pages.operation import PageOperation, operations_of
from tests.system.clients import pictures
from tests.system.clients.contract_requests import (
    RequestVariant,
    as_form,
    request_variants,
    values,
)

JSON_TYPES = {bool: "boolean", int: "integer", str: "string"}
OPERATIONS = [found for page in load_pages(openapi.DOCUMENTED) for found in operations_of(page)]
VARIANTS = tuple(request_variants())


def page_name(operation: PageOperation) -> str:
    """How a page is called in a test's name."""
    return operation.page.name


def label(variant: RequestVariant) -> str:
    """How a variant is called in a test's name."""
    return variant.component


def shown_body(operation: PageOperation, picture: object) -> dict[str, Any]:
    """The page's request example with ``picture`` where it shows a file."""
    (request,) = requests_of(operation)
    return {
        name: picture if value is FILE else value
        for name, value in request_example(request).items()
    }


def send_example(http: httpx.Client, operation: PageOperation) -> httpx.Response:
    """Send a page's request example in the page's own media type."""
    (request,) = requests_of(operation)
    if request.media_type == FORM:
        return http.post(operation.path, files=as_form(shown_body(operation, pictures.jpeg())))
    return http.post(operation.path, json=shown_body(operation, pictures.data_url()))


def documented_types(operation: PageOperation) -> Iterator[tuple[str, str]]:
    """Every field of a page's answer and its type: from the example, else from the schema."""
    (reply,) = replies_of(operation)
    example: Mapping[str, Any] = reply.media.get("example", {})
    yield from ((name, JSON_TYPES[type(value)]) for name, value in example.items())
    for name, schema in reply.media["schema"]["properties"].items():
        yield name, schema["type"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=page_name)
def test_a_pages_request_example_is_accepted(http: httpx.Client, operation: PageOperation) -> None:
    """What a page shows as its request, with a real image as the file, queues a job."""
    answer = send_example(http, operation)

    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] in ("queued", "pending")


@pytest.mark.parametrize("operation", OPERATIONS, ids=page_name)
def test_a_pages_request_example_is_accepted_as_json(
    http: httpx.Client, operation: PageOperation
) -> None:
    """The same values queue a job when they come as JSON, the image as a data address."""
    answer = http.post(operation.path, json=shown_body(operation, pictures.data_url()))

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("operation", OPERATIONS, ids=page_name)
def test_the_fields_a_page_documents_come_back(
    http: httpx.Client, operation: PageOperation
) -> None:
    """Each field of a page's answer, in its example or schema, is there with that type."""
    answer = send_example(http, operation).json()
    documented = dict(documented_types(operation))

    assert documented
    assert {name: JSON_TYPES[type(answer[name])] for name in documented} == documented


@pytest.mark.parametrize("operation", OPERATIONS, ids=page_name)
def test_an_answer_satisfies_the_pages_own_schema(
    http: httpx.Client, operation: PageOperation
) -> None:
    """The schema as the page has it, before any merging, accepts the answer."""
    (reply,) = replies_of(operation)
    schema = SchemaCompiler(operation.page.data).compile(reply.media["schema"])

    assert [str(error) for error in schema.iter_errors(send_example(http, operation).json())] == []


@pytest.mark.parametrize("variant", VARIANTS, ids=label)
def test_a_variant_with_only_its_required_fields_is_accepted(
    http: httpx.Client, variant: RequestVariant
) -> None:
    """Nothing but what the contract requires of a variant is needed."""
    answer = variant.send(http, variant.body())

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("variant", VARIANTS, ids=label)
def test_a_variant_with_all_its_fields_is_accepted(
    http: httpx.Client, variant: RequestVariant
) -> None:
    """All that the contract lists for a variant can be sent together."""
    answer = variant.send(http, variant.body(tuple(variant.fields)))

    assert answer.status_code == 200, answer.text


# One client for all inputs: they are the jobs of one key, which share nothing.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_documented_values_are_accepted(http: httpx.Client, data: st.DataObject) -> None:
    """Whatever subset of optional fields, and whichever documented values, a job is queued."""
    variant = data.draw(st.sampled_from(VARIANTS), label="variant")
    optional = sorted(set(variant.fields) - set(variant.required))
    chosen = data.draw(st.lists(st.sampled_from(optional), unique=True)) if optional else []
    body = {name: data.draw(values(variant.fields[name])) for name in (*variant.required, *chosen)}
    answer = variant.send(http, body)

    assert answer.status_code == 200, answer.text


def test_every_page_and_variant_is_tried() -> None:
    """The lists above come from the contract, and it has five pages of requests and more."""
    assert len({operation.page.name for operation in OPERATIONS}) == 5
    assert {variant.component for variant in VARIANTS} >= {"SoraImageForm", "UnifiedCreateJson"}
