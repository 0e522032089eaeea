"""Holds that every part of this package's contract can be traced to who says so."""

from collections.abc import Iterator, Mapping
from typing import Any

import openapi
from openapi.documents.places import is_map_of_names, operations, parts
from openapi.documents.pointers import Steps
from openapi.pages.documented import DocumentedPage
from tests.openapi.citations import CITATION, citations, words_of

Contract = dict[str, Any]
EVIDENCE = ("documented", "verified", "inferred")


def sourced_parts(contract: Contract) -> Iterator[tuple[Steps, Mapping[str, Any]]]:
    """Every operation, parameter, header, response and property that is no reference."""
    kinds = ("properties", "schemas", "parameters", "headers", "responses", "links")
    of_operations = {pointer for pointer, _ in operations(contract)}
    for pointer, node in parts(contract):
        named = len(pointer) > 1 and pointer[-2] in kinds and is_map_of_names(pointer[:-1])
        if "$ref" not in node and (named or pointer in of_operations):
            yield pointer, node


def around(contract: Contract, pointer: Steps) -> Iterator[Mapping[str, Any]]:
    """The part at ``pointer``, then what is around it, outwards."""
    for length in range(len(pointer), 0, -1):
        node: Any = contract
        for step in pointer[:length]:
            node = node[step]
        if isinstance(node, dict) and not is_map_of_names(pointer[:length]):
            yield node


def test_every_cited_line_holds_what_it_is_cited_for(
    contract: Contract, pages: list[DocumentedPage]
) -> None:
    """A cited line of a page has the key or the value that is cited."""
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


def test_every_part_has_evidence(contract: Contract) -> None:
    """Documented, verified elsewhere or inferred: each part or what is around it says which."""
    standings = {
        pointer: next(
            (node["x-standing"] for node in around(contract, pointer) if "x-standing" in node), None
        )
        for pointer, _ in sourced_parts(contract)
    }

    assert {pointer for pointer, found in standings.items() if found not in EVIDENCE} == set()


def test_what_is_documented_cites_a_page(contract: Contract) -> None:
    """A part that stands as documented cites lines of pages, and such a part stands so."""
    for pointer, node in parts(contract):
        if is_map_of_names(pointer) or "x-standing" not in node:
            continue
        cites = CITATION.fullmatch(node["x-source"].split(", ")[0]) is not None
        counterpart = str(pointer[-1]).endswith("Json") and "x-variant" in node

        assert cites == (node["x-standing"] == "documented") or counterpart


def test_a_reference_added_to_documented_fields_is_traced(contract: Contract) -> None:
    """A field that refers elsewhere cannot name a source itself, so what holds it does."""
    for pointer, node in parts(contract):
        if pointer[-1:] == ("properties",) and is_map_of_names(pointer):
            holder = next(around(contract, pointer))
            for name, field in node.items():
                traced = CITATION.search(holder.get("x-source", "")) is None
                noted = f"properties/{name}" in holder.get("x-sources", {})
                assert "$ref" not in field or traced or noted, (pointer, name)
