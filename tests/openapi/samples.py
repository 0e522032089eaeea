"""Small pages, overlays and catalogues for tests: in memory with real lines, or as files."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from openapi.building.build import Sources
from openapi.contract.requests import FORM
from openapi.documents.located import parse
from openapi.documents.writing import dump
from openapi.pages.documented import DocumentedPage

JSON = "application/json"


def data(text: str) -> Any:
    """What a YAML text holds, read as the product reads YAML."""
    return parse(dedent(text), "sample.yaml").data


def page_text(name: str, paths: Mapping[str, Any], **more: Any) -> str:
    """The file of a documented page."""
    return dump({"openapi": "3.0.1", "x-page": name, "x-repairs": [], "paths": paths, **more})


def page(name: str, paths: Mapping[str, Any], **more: Any) -> DocumentedPage:
    """A documented page that lies in no folder."""
    path = Path(f"{name}.yaml")
    return DocumentedPage(name, path, parse(page_text(name, paths, **more), str(path)))


def write_page(folder: Path, name: str, paths: Mapping[str, Any], **more: Any) -> Path:
    """Write a documented page into a folder and return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.yaml"
    file.write_text(page_text(name, paths, **more), encoding="utf-8")
    return file


def write(file: Path, text: str) -> Path:
    """Write a text without its indentation and return its file."""
    file.write_text(dedent(text), encoding="utf-8")
    return file


def create(
    fields: Mapping[str, Any],
    required: tuple[str, ...] = (),
    *,
    media_type: str = FORM,
    example: Any = None,
    **more: Any,
) -> dict[str, Any]:
    """An operation that takes a body and answers with an object that has an id."""
    schema = {"type": "object", "properties": dict(fields)}
    media: dict[str, Any] = {"schema": schema | ({"required": [*required]} if required else {})}
    if example is not None:
        media["example"] = example
    body = {"requestBody": {"content": {media_type: media}}}
    return {**body, "responses": answer({"id": {"type": "string"}}), **more}


def answer(fields: Mapping[str, Any], example: Any = None, status: str = "200") -> dict[str, Any]:
    """The responses of an operation: one, in JSON."""
    media: dict[str, Any] = {"schema": {"type": "object", "properties": dict(fields)}}
    if example is not None:
        media["example"] = example
    return {status: {"description": "Fine", "content": {JSON: media}}}


def text(example: str | None = None, *allowed: str, **more: Any) -> dict[str, Any]:
    """A field of text: the value it shows and the values its prose lists."""
    shown = {} if example is None else {"example": example}
    return {
        "type": "string",
        **shown,
        **({"x-prose": {"allowed": [*allowed]}} if allowed else {}),
        **more,
    }


def sources(documented: Path, overlay: Path | None = None, models: Path | None = None) -> Sources:
    """Sources of a build."""
    return Sources(documented, overlay, models)
