"""Holds this package's contract: what it keeps of each page, and what a server promises."""

from collections.abc import Iterator
from typing import Any

import pytest

from openapi.contract.requests import FORM, JSON
from openapi.contract.schemas import FILE, SchemaCompiler
from openapi.documents.places import operations, parts
from openapi.merging.variants import Request, requests_of
from openapi.pages.documented import DocumentedPage
from openapi.pages.operation import operations_of

Contract = dict[str, Any]
ERRORS = {"400", "401", "403", "404", "405", "429", "500", "503"}


def requests(pages: list[DocumentedPage]) -> Iterator[Request]:
    """The one request of each page."""
    for page in pages:
        for operation in operations_of(page):
            yield from requests_of(operation)


def test_each_pages_request_is_a_variant(contract: Contract, pages: list[DocumentedPage]) -> None:
    """A variant has exactly the fields and the required list of its page."""
    for request in requests(pages):
        declared = request.media["schema"]
        schema = contract["components"]["schemas"][request.component]

        assert schema["x-variant"] == request.page.name
        assert list(schema["properties"]) == list(declared["properties"])
        assert schema["required"] == declared["required"]


def test_a_variant_takes_the_types_of_its_page(
    contract: Contract, pages: list[DocumentedPage]
) -> None:
    """A field has its declared type, or where the page contradicts itself that type besides."""
    for request in requests(pages):
        schema = contract["components"]["schemas"][request.component]
        for name, declared in request.media["schema"]["properties"].items():
            field = schema["properties"][name]
            kinds = [branch["type"] for branch in field.get("anyOf", [field])]

            assert declared["type"] in kinds
            assert kinds == [declared["type"]] or (request.page.name, name) == (
                "unified-create",
                "watermark",
            )


def test_each_pages_example_is_valid(contract: Contract, pages: list[DocumentedPage]) -> None:
    """The merged operation takes what each page shows, in the page's own media type."""
    compiler = SchemaCompiler(contract)
    shown = list(requests(pages))
    for request in shown:
        path, method = request.pointer[1:3]
        content = contract["paths"][path][method]["requestBody"]["content"]
        validator = compiler.compile(content[request.media_type]["schema"])
        body = {
            name: FILE if field.declared.get("format") == "binary" else field.shown[0][0]
            for name in request.fields
            if (field := request.field(name)).shown
        }

        assert set(body) == set(request.fields)
        assert validator.is_valid(body), [str(error) for error in validator.iter_errors(body)]
    assert len(shown) == 5


REQUIRED = (
    ("VeoImageForm", "veo_3_1", ("prompt", "seconds", "input_reference", "size")),
    ("UnifiedCreateJson", "sora-2-all", ("images", "orientation", "prompt", "size", "duration")),
)


@pytest.mark.parametrize(("component", "model", "demanded"), REQUIRED)
def test_what_only_one_page_covers_needs_all_it_demands(
    contract: Contract, component: str, model: str, demanded: tuple[str, ...]
) -> None:
    """For a model of one page alone a request without a field of its list is refused."""
    reference = {"$ref": f"#/components/schemas/{component}"}
    operation = next(
        found
        for _, found in operations(contract)
        for media in found.get("requestBody", {}).get("content", {}).values()
        if reference in media["schema"].get("anyOf", ())
    )
    media_type = FORM if component.endswith("Form") else JSON
    schema = operation["requestBody"]["content"][media_type]["schema"]
    validator = SchemaCompiler(contract).compile(schema)
    fields = contract["components"]["schemas"][component]["properties"]
    whole = {
        name: FILE if "x-shown" in field else field["example"] for name, field in fields.items()
    }

    assert validator.is_valid(whole | {"model": model})
    for name in (*demanded, "model"):
        lacking = {key: value for key, value in whole.items() if key != name}
        assert not validator.is_valid(lacking | ({} if name == "model" else {"model": model})), name


def test_a_request_of_one_page_need_not_please_another(contract: Contract) -> None:
    """Two fields are enough for sora-2, which two of its three pages say, six are not asked for."""
    schema = contract["paths"]["/v1/videos"]["post"]["requestBody"]["content"][FORM]["schema"]
    validator = SchemaCompiler(contract).compile(schema)

    assert validator.is_valid({"model": "sora-2", "prompt": "A cat"})
    assert not validator.is_valid({"model": "veo_3_1", "prompt": "A cat"})


def test_unknown_fields_are_let_in(contract: Contract) -> None:
    """Real gateways take many undocumented fields, so nothing in the contract closes an object."""
    closed = [at for at, node in parts(contract) if node.get("additionalProperties") is False]

    assert closed == []


def test_every_operation_documents_the_errors_a_server_gives(contract: Contract) -> None:
    """Each status a caller can meet is there; those of bodies where there is a body."""
    for pointer, operation in operations(contract):
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
    ids = [operation["operationId"] for _, operation in operations(contract)]

    assert len(set(ids)) == len(ids) == 22
    assert all(each[0].islower() and each.isalnum() for each in ids)
