"""Holds a page of each kind that once failed, from its raw file to the contract and the report."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import openapi
from openapi.building.build import Sources, build
from openapi.building.overlay_conflicts import overlay_conflicts
from openapi.conflicts import Conflict, find
from openapi.contract.contract import Contract, Operation
from openapi.contract.requests import FORM, JSON
from openapi.diff.contracts import compare_contracts
from openapi.diff.difference import Kind
from openapi.documents.writing import dump
from openapi.importing.importer import import_pages
from openapi.importing.wording import Wording
from openapi.merging.merge import merge
from openapi.pages.documented import load_pages

TEXT = {"type": "string"}
Fields = dict[str, Any]


@dataclass(frozen=True)
class Built:
    """The contract of some raw pages with the overlay and models of this package, and its rows."""

    contract: Contract
    rows: list[Conflict]

    def operation(self, method: str, path: str) -> Operation:
        found = self.contract.match(method, path)
        assert found is not None
        return found

    def accepts(self, field: str, value: Any) -> bool:
        """Whether the first request with a field takes a value for it."""
        variants = (each for found in self.contract.operations for each in found.variants)
        schema = next(each.fields[field] for each in variants if field in each.fields)
        return self.contract.validator(schema).is_valid(value)

    def rules(self) -> set[str]:
        return {row.rule for row in self.rows}


def document(path: str, operation: dict[str, Any], method: str = "post", **more: Any) -> Any:
    """An OpenAPI document with one operation."""
    answered = {"200": {"description": "", **operation.pop("answer", {})}}
    described = {"summary": "Make a reel", "responses": answered, **operation}
    head = {"openapi": "3.0.1", "info": {"title": "", "version": "1.0.0"}}
    return {**head, "paths": {path: {method: described}}, **more}


def asked(fields: Fields, media_type: str = JSON, **more: Any) -> dict[str, Any]:
    """An operation with a request of some fields."""
    schema = {"type": "object", "properties": fields}
    required = {"required": more.pop("required")} if "required" in more else {}
    return {"requestBody": {"content": {media_type: {"schema": {**schema, **required}, **more}}}}


def answer(fields: Fields, required: list[str], example: Any) -> dict[str, Any]:
    """A response of some fields with an example."""
    schema = {"type": "object", "properties": fields, "required": required}
    return {"content": {JSON: {"schema": schema, "example": example}}}


def fenced(text: str, fence: str = "```yaml") -> str:
    """A documentation page around a block."""
    return f"# Make a reel\n\n{fence}\n{text}{fence.rstrip('yamljson')}\n"


def built(tmp_path: Path, text: str, name: str = "reel.md", folder: Path | None = None) -> Built:
    """Import a file and build its folder as ``gateway-spec import`` and ``build`` do."""
    raw, folder = tmp_path / name, folder or tmp_path / "documented"
    raw.write_bytes(text.encode())
    import_pages([raw], folder, wording=Wording({}, {}))
    pages = load_pages(folder)
    sources = Sources(folder, openapi.OVERLAY, openapi.MODELS, skip_unmatched=True)
    rows = [*find(pages), *overlay_conflicts(pages, openapi.OVERLAY)]
    return Built(Contract(build(sources).contract), rows)


def page(tmp_path: Path, found: Any) -> Built:
    """The contract of a page with one document."""
    return built(tmp_path, fenced(dump(found)))


def described(**texts: str) -> Fields:
    """Fields that are texts, each with its description."""
    return {name: {**TEXT, "description": text} for name, text in texts.items()}


def test_values_over_lines(tmp_path: Path) -> None:
    """Lists over several lines are whole, and an example that they have is no contradiction."""
    fields = described(
        model="枚举值:\nreel-1-vip\nreel-1\nreel-2:不稳定",
        seconds="4、8、12",
        style="Allowed values:\n- comic\n- news",
    )
    fields["model"]["example"] = "reel-1"
    found = page(tmp_path, document("/v1/videos", asked(fields, FORM)))

    assert all(found.accepts("model", name) for name in ("reel-1-vip", "reel-1", "reel-2"))
    assert (found.accepts("seconds", "12"), found.accepts("seconds", "5")) == (True, False)
    assert (found.accepts("style", "news"), found.accepts("style", "noir")) == (True, False)
    assert "values-only-in-prose" in found.rules()
    assert "request-example-outside-list" not in found.rules()


def test_supports_a_or_b(tmp_path: Path) -> None:
    """What a sentence lists is closed; what it lists in part stays open and is a row."""
    fields = described(
        ratio="可选为 2:3, 3:2, 1:1",
        size="720p or 1080p, 720p when left out",
        pace="The pace only supports 5s",
        mood="Supported: calm, lively, etc.",
    )
    found = page(tmp_path, document("/v1/video/create", asked(fields)))

    assert [found.accepts("ratio", value) for value in ("1:1", "9:9")] == [True, False]
    assert [found.accepts("size", value) for value in ("1080p", "4k")] == [True, False]
    assert [found.accepts("pace", value) for value in ("5s", "6s")] == [True, False]
    assert found.accepts("mood", "stormy")
    assert "values-not-understood" in found.rules()


def test_a_request_example_without_what_is_required(tmp_path: Path) -> None:
    """The page's own example is accepted, and a row says what it lacks."""
    order = asked({"a": TEXT, "b": TEXT}, required=["a", "b"], example={"a": "x"})
    found = page(tmp_path, document("/v1/video/create", order))
    schema = found.operation("POST", "/v1/video/create").variants[0].schema

    assert found.contract.validator(schema).is_valid({"a": "x"})
    assert "request-example-lacks-required" in found.rules()


def test_a_response_example_of_another_endpoint(tmp_path: Path) -> None:
    """Both sides are rows, and the example fits what the contract then says."""
    shown = {"id": "r-1", "state": "pending"}
    operation = asked({"prompt": TEXT})
    operation["answer"] = answer({"id": TEXT, "usage": TEXT}, ["id", "usage"], shown)
    found = page(tmp_path, document("/luma/reels", operation))
    schema = found.operation("POST", "/luma/reels").responses["200"]["content"][JSON]["schema"]

    assert found.contract.validator(schema).is_valid(shown)
    assert {"response-example-lacks-required", "response-example-undeclared"} <= found.rules()


def test_an_operation_that_the_overlay_infers(tmp_path: Path) -> None:
    """Beside our own pages its page wins, and what was inferred otherwise is a row."""
    folder = Path(shutil.copytree(openapi.DOCUMENTED, tmp_path / "documented"))
    parameter = {"name": "id", "in": "path", "required": True, "schema": TEXT}
    operation = {"parameters": [parameter], "answer": answer({"id": TEXT}, ["id"], {"id": "r"})}
    text = fenced(dump(document("/v1/videos/{id}", operation, "get")))
    found = built(tmp_path, text, folder=folder)

    assert [each.path for each in found.contract.operations].count("/v1/videos/{video_id}") == 2
    assert found.operation("GET", "/v1/videos/x").node["summary"] == "Make a reel"
    assert "overlay-differs" in found.rules()


def test_a_read_with_null_types_and_fences_inside(tmp_path: Path) -> None:
    """A body on a read, a fence of four and a text where null is declared."""
    shown = {"id": "r", "url": "https://files.example/r.mp4", "note": "```\nA cow\n```"}
    operation = asked({}, FORM)
    operation["parameters"] = [{"name": "id", "in": "query", "required": True, "schema": TEXT}]
    operation["answer"] = answer({"id": TEXT, "url": {"type": "null"}}, ["id"], shown)
    text = fenced(dump(document("/v1/video/query", operation, "get")), "````yaml")
    found = built(tmp_path, text)
    schema = found.operation("GET", "/v1/video/query").responses["200"]["content"][JSON]["schema"]

    assert found.contract.validator(schema).is_valid(shown)
    assert "response-example-type-differs" in found.rules()


def test_a_text_with_a_colon(tmp_path: Path) -> None:
    """An unquoted colon is repaired, and the operation of another path is there."""
    text = fenced(dump(document("/luma/reels", asked({"prompt": TEXT}))))
    found = built(tmp_path, text.replace("summary: Make a reel", "summary: See also: our pages"))

    assert found.operation("POST", "/luma/reels").node["summary"] == "See also: our pages"


def test_two_operations_on_one_page(tmp_path: Path) -> None:
    """Create and read of one page are both built."""
    found = document("/kling/clips", asked({"prompt": TEXT}))
    parameter = {"name": "task_id", "in": "path", "required": True, "schema": TEXT}
    found["paths"]["/kling/clips/{task_id}"] = {
        "get": {"parameters": [parameter], "responses": {"200": {"description": ""}}}
    }
    contract = page(tmp_path, found)

    assert contract.operation("POST", "/kling/clips").id
    assert contract.operation("GET", "/kling/clips/8").id


def test_an_invalid_scheme_and_an_empty_list(tmp_path: Path) -> None:
    """Both are left out, listed, and rows."""
    order = asked({"a": {"type": "object", "properties": {"b": TEXT}, "required": []}})
    schemes = {"Bearer": {"type": "bearer"}, "bearer": {"type": "http", "scheme": "bearer"}}
    found = page(tmp_path, document("/v1/videos", order, components={"securitySchemes": schemes}))

    assert "Bearer" in found.contract.document["x-left-out"][0]
    assert "required is []" in found.operation("POST", "/v1/videos").node["x-left-out"][0]
    assert "invalid-part" in found.rules()


def test_limits_of_a_form(tmp_path: Path) -> None:
    """Limits hold on the text; a step without an end cannot, and is a row."""
    fields = {
        "seconds": {"type": "integer", "minimum": 1, "maximum": 10, "example": 5},
        "guidance": {"type": "number", "minimum": 0, "maximum": 1},
        "frames": {"type": "integer", "multipleOf": 8},
    }
    found = page(tmp_path, document("/v1/videos", asked(fields, FORM)))

    assert [found.accepts("seconds", each) for each in ("5", "0", "99")] == [True, False, False]
    assert [found.accepts("guidance", each) for each in ("0.5", "2")] == [True, False]
    assert "limits-not-enforced" in found.rules()


FILES: dict[str, Callable[[Any, Any], tuple[str, str]]] = {
    "several pages": lambda one, two: ("reel.md", fenced(dump(one)) + fenced(dump(two))),
    "a JSON fence": lambda one, _: ("reel.md", fenced(json.dumps(one, indent=1) + "\n", "```json")),
    "a fence without a language": lambda one, _: ("reel.md", fenced(dump(one), "```")),
    "a YAML file": lambda one, _: ("reel.yaml", dump(one)),
    "a JSON file": lambda one, _: ("reel.json", json.dumps(one)),
    "OpenAPI 3.1": lambda one, _: ("reel.md", fenced(dump({**one, "openapi": "3.1.0"}))),
    "lines that end as on Windows": lambda one, _: (
        "reel.md",
        "\ufeff" + fenced(dump(one)).replace("\n", "\r\n"),
    ),
    "a fence within a description": lambda one, _: (
        "reel.md",
        fenced(dump(one)).replace(
            "summary: Make a reel",
            "summary: Make a reel\n      description: |\n        Send:\n\n"
            "```\ncurl -X POST\n```\n\n"
            "        and keep the id.",
        ),
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_any_kind_is_read_whole(tmp_path: Path, kind: str) -> None:
    """Every page of the file is in the contract, with what it lists."""
    one = document("/v1/reels", asked({"tone": {**TEXT, "enum": ["calm", "lively"]}}))
    two = document("/v1/films", asked({"prompt": TEXT}))
    name, text = FILES[kind](one, two)
    found = built(tmp_path, text, name)

    assert [found.accepts("tone", value) for value in ("calm", "loud")] == [True, False]
    assert ("/v1/films" in {each.path for each in found.contract.operations}) == (
        kind == "several pages"
    )


def test_a_rewritten_page_is_sorted_by_whom_it_breaks(tmp_path: Path) -> None:
    """A value that went, one that came, a demand, a type and a new name, each as its kind."""
    before = described(model="Allowed values: reel-1, reel-2", seconds="Allowed values: 4, 8")
    after = described(model="Allowed values: reel-1", seconds="Allowed values: 4, 8, 16")
    before["style"] = after["look"] = {**TEXT, "enum": ["comic", "news"]}
    before["mark"], after["mark"] = TEXT, {"type": "boolean"}
    sides = []
    for name, fields, required in (("a", before, ["model"]), ("b", after, ["model", "seconds"])):
        folder = tmp_path / name
        text = fenced(dump(document("/v1/videos", asked(fields, FORM, required=required))))
        built(tmp_path, text, folder=folder)
        sides.append(Contract(merge(load_pages(folder))))
    found = compare_contracts(*sides)
    kinds = [each.kind for each in found if each.kind is not Kind.REWORDED]

    assert set(kinds) == {Kind.NARROWED, Kind.CHANGED, Kind.RENAMED, Kind.WIDENED}
    assert found[0].breaks
    assert [bool(each.breaks) for each in found] == sorted(
        (bool(each.breaks) for each in found), reverse=True
    )
