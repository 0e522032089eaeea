"""Holds this package's contract: what it keeps of each page, and that all of it can be traced."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import openapi
from openapi import contract_rules
from openapi.documents import DocumentedPage
from openapi.merge import operations_of
from openapi.merging.bodies import FORM, JSON
from openapi.merging.variants import Request
from openapi.places import is_map_of_names, parts
from openapi.pointers import Steps
from openapi.schemas import FILE, SchemaCompiler
from tests.openapi_build.citations import CITATION, citations, words_of

Contract = dict[str, Any]
STANDINGS = ("documented", "verified", "inferred")


def requests(pages: list[DocumentedPage]) -> Iterator[Request]:
    """The one request of each page."""
    for page in pages:
        for operation in operations_of(page):
            yield from operation.requests()


def sourced_parts(contract: Contract) -> Iterator[tuple[Steps, Mapping[str, Any]]]:
    """Every operation, parameter, header, response and property that is no reference."""
    kinds = ("properties", "schemas", "parameters", "headers", "responses", "links")
    operations = {pointer for pointer, _ in contract_rules.operations(contract)}
    for pointer, node in parts(contract):
        named = len(pointer) > 1 and pointer[-2] in kinds and is_map_of_names(pointer[:-1])
        if "$ref" not in node and (named or pointer in operations):
            yield pointer, node


def around(contract: Contract, pointer: Steps) -> Iterator[Mapping[str, Any]]:
    """The part at ``pointer``, then what is around it, outwards."""
    for length in range(len(pointer), 0, -1):
        node: Any = contract
        for step in pointer[:length]:
            node = node[step]
        if isinstance(node, dict) and not is_map_of_names(pointer[:length]):
            yield node


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


def test_every_cited_line_holds_what_it_is_cited_for(
    contract: Contract, pages: list[DocumentedPage]
) -> None:
    """Whoever opens a page at a cited line finds the key or the value there."""
    lines = {page.name: page.path.read_text(encoding="utf-8").splitlines() for page in pages}
    lines["models.yaml"] = openapi.MODELS.read_text(encoding="utf-8").splitlines()
    wrong = [
        citation
        for citation in citations(contract)
        if citation.word not in words_of(lines[citation.file][citation.line - 1])
    ]

    assert wrong == []


def test_no_citation_escapes_the_test_above(contract: Contract) -> None:
    """The contract's file has as many citations as were held to their lines."""
    text = openapi.CONTRACT.read_text(encoding="utf-8").partition("\n")[2]
    cited = [
        found for found in CITATION.finditer(text) if "-" in found["file"] or "." in found["file"]
    ]

    assert len(cited) == len(list(citations(contract)))


def test_every_part_names_its_source(contract: Contract) -> None:
    """Operations, parameters and fields say themselves who says so; other parts are within one."""
    silent = []
    for pointer, node in sourced_parts(contract):
        apart = len(pointer) > 1 and pointer[-2] in ("links", "headers", "responses")
        sayers = list(around(contract, pointer)) if apart else [node]
        if not any("x-source" in sayer for sayer in sayers):
            silent.append(pointer)

    assert silent == []


def test_every_part_has_a_standing(contract: Contract) -> None:
    """Documented, verified elsewhere or inferred: each part or what is around it says which."""
    standings = {
        pointer: next(
            (node["x-standing"] for node in around(contract, pointer) if "x-standing" in node), None
        )
        for pointer, _ in sourced_parts(contract)
    }

    assert {pointer for pointer, found in standings.items() if found not in STANDINGS} == set()


def test_what_is_documented_cites_a_page(contract: Contract) -> None:
    """A part that stands as documented cites lines of pages, and such a part stands so."""
    for pointer, node in parts(contract):
        if is_map_of_names(pointer) or "x-standing" not in node:
            continue
        cites = CITATION.fullmatch(node["x-source"].split(", ")[0]) is not None
        twin = str(pointer[-1]).endswith("Json") and "x-variant" in node

        assert cites == (node["x-standing"] == "documented") or twin


def test_a_reference_added_to_documented_fields_is_traced(contract: Contract) -> None:
    """A field that refers elsewhere cannot name a source itself, so what holds it does."""
    for pointer, node in parts(contract):
        if pointer[-1:] == ("properties",) and is_map_of_names(pointer):
            holder = next(around(contract, pointer))
            for name, field in node.items():
                traced = CITATION.search(holder.get("x-source", "")) is None
                noted = f"properties/{name}" in holder.get("x-sources", {})
                assert "$ref" not in field or traced or noted, (pointer, name)


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
        for _, found in contract_rules.operations(contract)
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
