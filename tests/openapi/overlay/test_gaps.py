"""Holds a documented operation against an overlay that inferred it: the page stands."""

from pathlib import Path
from typing import Any

import pytest

import openapi
from openapi.building.build import Sources, build
from openapi.documents.writing import dump
from openapi.overlay.apply import apply, load_overlay

READ = {
    "operationId": "get_v1_videos_by_id",
    "x-source": "read:10",
    "x-standing": "documented",
    "summary": "How far it is",
    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
    "responses": {"200": {"description": "Fine", "content": {}}},
}
OVERLAY = """\
overlay: 1.0.0
info: {title: Gaps, version: 1.0.0}
actions:
  - target: $.paths
    x-source: somewhere
    x-standing: inferred
    update:
      /v1/videos/{video_id}:
        get:
          operationId: retrieveVideo
          summary: The job
          tags: [Videos]
          parameters:
            - {name: video_id, in: path, required: true, schema: {type: string, minLength: 1}}
            - {name: verbose, in: query, schema: {type: boolean}}
          responses: {'200': {description: The job}, '404': {description: None}}
        delete: {operationId: deleteVideo, responses: {'200': {description: Gone}}}
"""


def completed(tmp_path: Path) -> Any:
    """The documented operation with the overlay applied."""
    file = tmp_path / "overlay.yaml"
    file.write_text(OVERLAY)
    document = {"openapi": "3.0.3", "paths": {"/v1/videos/{id}": {"get": READ}}}
    return apply(document, load_overlay(file))


def test_a_documented_operation_stands(tmp_path: Path) -> None:
    """What the page says stays; what it leaves out comes from the overlay."""
    found = completed(tmp_path).document["paths"]["/v1/videos/{video_id}"]["get"]

    assert (found["summary"], found["x-source"]) == ("How far it is", "read:10")
    assert found["responses"]["200"]["description"] == "Fine"
    assert (found["tags"], set(found["responses"])) == (["Videos"], {"200", "404"})


def test_links_and_handlers_know_it_by_the_overlays_name(tmp_path: Path) -> None:
    """No page names an operation: the id is the overlay's, and so is the parameter's name."""
    paths = completed(tmp_path).document["paths"]

    assert list(paths) == ["/v1/videos/{video_id}"]
    assert paths["/v1/videos/{video_id}"]["get"]["operationId"] == "retrieveVideo"
    assert [each["name"] for each in paths["/v1/videos/{video_id}"]["get"]["parameters"]] == [
        "video_id",
        "verbose",
    ]
    assert paths["/v1/videos/{video_id}"]["delete"]["operationId"] == "deleteVideo"


def test_what_the_overlay_says_otherwise_is_listed(tmp_path: Path) -> None:
    """Each difference has both values and the line of the overlay."""
    found = completed(tmp_path).differences

    assert [(each.pointer[-1], each.documented, each.inferred, each.line) for each in found] == [
        ("summary", "How far it is", "The job", 4),
        ("description", "Fine", "The job", 4),
    ]


def page(path: str, query: bool) -> dict[str, Any]:
    """A documented page of an operation that reads jobs; its answer shows an id and no more."""
    where = {"name": "id", "in": "query" if query else "path", "required": True}
    return {
        "openapi": "3.0.1",
        "x-page": "read",
        "info": {"title": "", "version": "1.0.0"},
        "paths": {
            path: {
                "get": {
                    "parameters": [{**where, "schema": {"type": "string"}}],
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "object",
                                        "properties": {
                                            "id": {"type": "string"},
                                            "object": {"type": "string"},
                                        },
                                    },
                                    "example": {"id": "1", "object": "video"},
                                }
                            },
                        }
                    },
                }
            }
        },
    }


@pytest.mark.parametrize(("path", "query"), [("/v1/videos/{id}", False), ("/v1/video/query", True)])
@pytest.mark.parametrize("beside", [True, False])
def test_our_contract_builds_with_a_page_of_what_it_inferred(
    tmp_path: Path, path: str, query: bool, beside: bool
) -> None:
    """Beside our own pages, or alone with our overlay: no action fails, its example holds."""
    for file in openapi.DOCUMENTED.glob("*.yaml") if beside else ():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "read.yaml").write_text(dump(page(path, query)))

    sources = Sources(tmp_path, openapi.OVERLAY, openapi.MODELS, skip_unmatched=not beside)
    contract = build(sources).contract

    (operation,) = (
        item["get"] for item in contract["paths"].values() if "read:" in str(item.get("get"))
    )
    assert operation["x-source"] == "read:8"
