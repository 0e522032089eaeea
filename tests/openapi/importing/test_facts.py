"""Holds, over pages made from a grammar of facts, that each fact is in the contract or in a row."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openapi.building.check import check_contract
from openapi.conflicts import Conflict, find
from openapi.contract.contract import Contract, Operation
from openapi.contract.requests import FORM, JSON
from openapi.documents.writing import dump
from openapi.importing.importer import prepare_import
from openapi.importing.wording import Wording
from openapi.merging.merge import merge
from openapi.merging.schemas import text_of
from openapi.pages.documented import load_pages
from tests.properties import examples

NO_WORDING = Wording({}, {})
NAMES = ("model", "seconds", "size", "style", "cfg_scale", "loop", "note_id")
WORDS = ("fast", "slow-2", "720p", "16:9", "clip-1", "clip-1.5-pro", "1280x720")
# How a page lists values in running text.
LISTS = (
    "Allowed values: {comma}",
    "Look (allowed values: {comma}).",
    "可选值：{chinese}",
    "枚举值:\n{lines}",
    "Allowed values:\n{bullets}",
    "| value | meaning |\n|---|---|\n{rows}",
    "One of {comma}",
    "Only supports {comma}",
    "One of: {strokes}",
)
DEFAULTS = ("The default value is {}.", "Default: {}", "默认值为 {}")


@dataclass(frozen=True)
class Fact:
    """What a page says of one field; ``listed`` stands in the schema or in running text."""

    name: str
    type: str
    required: bool
    schema: dict[str, Any]
    listed: tuple[str, ...] = ()
    default: str = ""


@dataclass(frozen=True)
class PageFacts:
    """What a page says of one operation."""

    path: str
    media_type: str
    fields: tuple[Fact, ...]
    statuses: tuple[str, ...]
    answered: tuple[str, ...]
    secured: bool
    document: dict[str, Any]


@st.composite
def facts(draw: st.DrawFn, name: str) -> Fact:
    """A field: a word with a list, a number with limits, or a flag."""
    kind = draw(st.sampled_from(("string", "integer", "number", "boolean")))
    schema: dict[str, Any] = {"type": kind}
    listed: tuple[str, ...] = ()
    default = ""
    text = draw(st.sampled_from(("", "What it shows. ", "画面. ")))
    if kind == "string":
        listed = tuple(draw(st.lists(st.sampled_from(WORDS), unique=True, max_size=4)))
        if len(listed) > 1 and draw(st.booleans()):
            text += draw(st.sampled_from(LISTS)).format(
                comma=", ".join(listed),
                chinese="、".join(listed),
                strokes=" | ".join(listed),
                lines="\n".join(listed),
                bullets="\n".join(f"- {value}" for value in listed),
                rows="\n".join(f"| {value} | it |" for value in listed),
            )
        elif listed:
            schema["enum"] = list(listed)
    elif kind != "boolean":
        low = draw(st.integers(-5, 5))
        limits = {"minimum": low, "maximum": low + draw(st.integers(1, 20))}
        schema |= {key: limits[key] for key in draw(st.sets(st.sampled_from(sorted(limits))))}
    if listed and draw(st.sampled_from((True, False))):
        default = draw(st.sampled_from(listed))
        if "enum" in schema:
            schema["default"] = default
        else:
            text += "\n" + draw(st.sampled_from(DEFAULTS)).format(default)
    shown = {"string": "else", "integer": 3, "number": 2.5, "boolean": True}[kind]
    if draw(st.booleans()):
        schema["example"] = listed[0] if listed else shown
    return Fact(name, kind, draw(st.booleans()), {**schema, "description": text}, listed, default)


@st.composite
def pages(draw: st.DrawFn, path: str) -> PageFacts:
    """A page with one operation, as OpenAPI 3.0 or 3.1."""
    media_type = draw(st.sampled_from((FORM, JSON)))
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=4))
    fields = tuple(draw(facts(name)) for name in names)
    statuses = tuple(draw(st.sets(st.sampled_from(("200", "201", "400", "422")), min_size=1)))
    answered = tuple(draw(st.sets(st.sampled_from(("id", "status", "data")), min_size=1)))
    secured = draw(st.booleans())
    request: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: field.schema for field in fields},
    }
    if required := [field.name for field in fields if field.required]:
        request["required"] = required
    answer = {"type": "object", "properties": {name: {"type": "string"} for name in answered}}
    operation: dict[str, Any] = {
        "summary": "Make it",
        "requestBody": {"content": {media_type: {"schema": request}}},
        "responses": {
            status: {"description": "", "content": {JSON: {"schema": answer}}}
            for status in statuses
        },
        "security": [{"bearer": []}] if secured else [],
    }
    document = {
        "openapi": draw(st.sampled_from(("3.0.1", "3.1.0"))),
        "info": {"title": "", "version": "1.0.0"},
        "paths": {path: {"post": operation}},
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }
    return PageFacts(path, media_type, fields, statuses, answered, secured, document)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, tuple[PageFacts, ...]]:
    """A Markdown file with one or two pages, in fences of every kind and with any line end."""
    found = tuple(
        draw(pages(path)) for path in ("/v1/clips", "/v3/films")[: draw(st.integers(1, 2))]
    )
    blocks = []
    for each in found:
        fence = draw(st.sampled_from(("```yaml", "```json", "```", "~~~yaml", "````yaml")))
        text = json.dumps(each.document, indent=1, ensure_ascii=False) + "\n"
        block = text if "json" in fence else dump(each.document)
        blocks.append(f"# Page {each.path}\n\n{fence}\n{block}{fence.rstrip('yamljson')}\n")
    end = draw(st.sampled_from(("\n", "\r\n")))
    mark = draw(st.sampled_from(("", "\ufeff")))
    return mark + "\n".join(blocks).replace("\n", end), found


def lost(page: PageFacts, contract: Contract, rows: list[Conflict]) -> Iterator[str]:
    """Every fact of a page that is neither in the contract nor in a row about its field."""
    operation = contract.match("POST", page.path)
    assert operation is not None
    (variant,) = operation.variants
    required = variant.schema.get("required", ())
    named = {
        name.strip()
        for row in rows
        for name in row.field.split(",")
        if row.rule != "undescribed-field"
    }
    for field in page.fields:
        held = variant.fields[field.name]
        kept = {
            "required": (field.name in required) == field.required,
            "type": _has_type(held, field),
            "values": all(_accepts(contract, held, value) for value in field.listed),
            "closed": not field.listed or not _accepts(contract, held, "none of these"),
            "limits": all(
                not _accepts(contract, held, text_of(value) if page.media_type == FORM else value)
                for value in _outside(field.schema)
            ),
            "default": not field.default or held.get("default") == field.default,
            "example": "example" not in field.schema or "example" in held,
        }
        for fact, is_kept in kept.items():
            # A list in running text is always a row; that must not hide a lost value.
            if not is_kept and (field.name not in named or fact in ("values", "closed")):
                yield f"{fact} of {field.name}: {field.schema} is {dict(held)}"
    yield from _lost_around(page, operation)


def _lost_around(page: PageFacts, operation: Operation) -> Iterator[str]:
    if set(page.statuses) != set(operation.responses):
        yield f"statuses {page.statuses}"
    if list(operation.content) != [page.media_type]:
        yield f"media type {page.media_type}"
    if operation.node.get("security", [{"bearer": []}]) != (
        [{"bearer": []}] if page.secured else [{}]
    ):
        yield f"security {page.secured}"


def _has_type(held: Any, field: Fact) -> bool:
    declared = held.get("x-declared", held).get("type")
    return declared == field.type or (
        field.type == "boolean" and held.get("enum") == ["true", "false"]
    )


def _accepts(contract: Contract, schema: Any, value: Any) -> bool:
    return contract.validator(schema).is_valid(value)


def _outside(schema: dict[str, Any]) -> Iterator[Any]:
    if "minimum" in schema:
        yield schema["minimum"] - 1
    if "maximum" in schema:
        yield schema["maximum"] + 1


@settings(max_examples=examples(150), deadline=None)
@given(files())
def test_no_fact_of_a_page_is_lost(drawn: tuple[str, tuple[PageFacts, ...]]) -> None:
    """They reach the contract or the report; importing the same pages again is no change."""
    text, found = drawn
    with TemporaryDirectory() as scratch:
        raw, folder = Path(scratch) / "pages.md", Path(scratch) / "documented"
        raw.write_bytes(text.encode())
        prepare_import([raw], folder, wording=NO_WORDING).write()
        again = prepare_import([raw], folder, wording=NO_WORDING).report
        documented = load_pages(folder)
        built = merge(documented)
        check_contract(built, documented)
        rows = find(documented)
        contract = Contract(built)

        assert [loss for page in found for loss in lost(page, contract, rows)] == []
        assert not again.changed
