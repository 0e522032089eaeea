"""Small pages for tests: a raw one to import, and a documented one that contradicts nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openapi.conflicts import Conflict, find
from openapi.documents.writing import dump
from openapi.pages.documented import DocumentedPage, load_pages

Change = Callable[[dict[str, Any]], object]

RAW_YAML = """\
openapi: 3.0.1
info:
  title: ''
  version: 1.0.0
paths:
  /v1/clips:
    post:
      summary: Make a clip from an image
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              properties:
                length:
                  description: Length of the clip (allowed values: 4, 8)
                  example: '4'
                  type: string
                size:
                  example: 16x9
                  type: string
              required:
                - length
      responses:
        '200':
          description: ''
      x-run-in-apifox: https://app.apifox.com/web/project/1/apis/api-77-run
"""


def markdown(block: str, fence: str = "```", language: str = "yaml") -> str:
    """A documentation page around a block; the block starts on line 5."""
    return f"# Make a clip\n\n## Specification\n{fence}{language}\n{block}{fence}\n\nThe end.\n"


def write(folder: Path, text: str, name: str = "page.md") -> Path:
    """Write a page as it is and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(text.encode())
    return path


def clean() -> dict[str, Any]:
    """A documented page, one job made and read, in which no rule finds anything."""
    found: dict[str, Any] = json.loads(json.dumps(_CLEAN))  # no part is shared
    return found


def operation(page: dict[str, Any]) -> dict[str, Any]:
    """The operation of ``clean`` that makes a job."""
    found: dict[str, Any] = page["paths"]["/v1/videos"]["post"]
    return found


def fields(page: dict[str, Any]) -> dict[str, Any]:
    """The request fields of ``clean``."""
    found: dict[str, Any] = schema(page)["properties"]
    return found


def schema(page: dict[str, Any]) -> dict[str, Any]:
    """The request schema of ``clean``."""
    found: dict[str, Any] = operation(page)["requestBody"]["content"]["multipart/form-data"][
        "schema"
    ]
    return found


def reply(page: dict[str, Any]) -> dict[str, Any]:
    """The media type object of the answer of ``clean``."""
    found: dict[str, Any] = operation(page)["responses"]["200"]["content"]["application/json"]
    return found


def documented(folder: Path, *pages: dict[str, Any]) -> list[DocumentedPage]:
    """Write documented pages and read them back, named a, b, ... in the order given."""
    for name, page in zip("abcdef", pages, strict=False):
        write(folder, dump({"openapi": "3.0.1", **page, "x-page": name}), f"{name}.yaml")
    return load_pages(folder)


def conflicts(folder: Path, *pages: dict[str, Any]) -> list[Conflict]:
    """What the rules find in pages; no note is read."""
    return find(documented(folder / "documented", *pages), write(folder, "[]\n", "remarks.yaml"))


_JOB = {
    "id": "video_1",
    "status": "queued",
    "created_at": 1761622232,
    "model": "sora-2",
    "seconds": "4",
}
_ANSWER = {
    "schema": {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "status": {"type": "string", "enum": ["queued", "completed"]},
            "created_at": {"type": "integer"},
            "model": {"type": "string"},
            "seconds": {"type": "string"},
        },
    },
    "example": _JOB,
}
_RESPONSES = {
    "200": {"description": "The job", "content": {"application/json": _ANSWER}},
    "401": {"description": "No key"},
}
_FIELDS = {
    "model": {"type": "string", "enum": ["sora-2"], "example": "sora-2", "description": "Model"},
    "prompt": {"type": "string", "example": "A tree", "description": "Prompt"},
    "seconds": {"type": "string", "enum": ["4", "8"], "example": "4", "description": "Length"},
    "size": {
        "type": "string",
        "enum": ["720x1280", "1280x720"],
        "example": "720x1280",
        "description": "Size",
    },
    "input_reference": {"type": "string", "format": "binary", "description": "Picture"},
    "style": {"type": "string", "enum": ["anime", "comic"], "description": "Look"},
}
_CLEAN: dict[str, Any] = {
    "x-repairs": [],
    "info": {"title": "Videos", "version": "1.0.0"},
    "servers": [{"url": "https://one.example"}],
    "paths": {
        "/v1/videos": {
            "post": {
                "operationId": "createVideo",
                "summary": "Make a video",
                "tags": ["Videos"],
                "x-apifox-folder": "Site/Videos",
                "security": [{"bearer": []}],
                "parameters": [],
                "requestBody": {
                    "required": True,
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "properties": _FIELDS,
                                "required": ["model", "prompt"],
                            }
                        }
                    },
                },
                "responses": _RESPONSES,
            }
        },
        "/v1/videos/{video_id}": {
            "get": {
                "operationId": "readVideo",
                "summary": "Read a video",
                "parameters": [
                    {
                        "name": "video_id",
                        "in": "path",
                        "required": True,
                        "description": "Id",
                        "schema": {"type": "string"},
                    }
                ],
                "responses": _RESPONSES,
            }
        },
    },
}
