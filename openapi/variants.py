"""One page's request as a named schema of the contract; knows one page at a time.

A value is documented when the page lists it or shows it in its request example. A field is held to
its documented values when at least one page lists values for that field; other fields stay open.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi.documents import DocumentedPage, Pointer

FORM = "multipart/form-data"
SUFFIXES = {FORM: "Form", "application/json": "Json"}
_NOT_IN_CONTRACT = ("x-prose", "x-apifox-orders", "example")


@dataclass(frozen=True, slots=True)
class Request:
    """Where one page describes one request body: page, pointer of the media type, media type."""

    page: DocumentedPage
    pointer: Pointer
    media_type: str

    @property
    def media(self) -> Mapping[str, Any]:
        """The media type object as the page has it."""
        found: Mapping[str, Any] = self.page.at(self.pointer)
        return found

    @property
    def schema(self) -> Mapping[str, Any]:
        """The body's schema as the page has it."""
        found: Mapping[str, Any] = self.media.get("schema", {})
        return found

    @property
    def component(self) -> str:
        """The name of this request's schema in the contract, e.g. ``SoraImageForm``."""
        words = "".join(part.capitalize() for part in self.page.name.split("-"))
        return words + SUFFIXES.get(self.media_type, "Body")

    def cite(self, *path: str | int) -> str:
        """``page:line`` of something within the media type object."""
        return self.page.cite((*self.pointer, *path))


def shown(request: Request, field: str) -> Any:
    """The value of ``field`` in the page's request example, or None when it shows none."""
    example = request.media.get("example")
    if isinstance(example, Mapping):
        return example.get(field)
    return request.schema.get("properties", {}).get(field, {}).get("example")


def _listings(schema: Mapping[str, Any]) -> Iterator[tuple[Any, Pointer]]:
    """Every value a page lists for a field, in the field's type, and where in the schema."""
    prose = schema.get("x-prose", {})
    kept: list[tuple[Any, Pointer]] = [
        (value, ("enum", index)) for index, value in enumerate(schema.get("enum", ()))
    ]
    kept += [
        (value, ("x-prose", "allowed", index))
        for index, value in enumerate(prose.get("allowed", ()))
    ]
    kept += [(word, ("x-prose", "resolutions", word)) for word in prose.get("resolutions", {})]
    whole = schema.get("type") == "integer"
    yield from ((int(value) if whole else value, pointer) for value, pointer in kept)


def vocabulary_fields(requests: list[Request]) -> frozenset[str]:
    """``model`` and every field for which at least one page lists values."""
    return frozenset(
        name
        for request in requests
        for name, schema in request.schema.get("properties", {}).items()
        if name == "model" or any(_listings(schema))
    )


def variant(request: Request, vocabulary: frozenset[str]) -> dict[str, Any]:
    """Build the schema of one page's request, every field citing the line that documents it."""
    schema = request.schema
    built: dict[str, Any] = {
        "type": "object",
        "x-variant": request.page.name,
        "x-source": request.cite("schema"),
        "x-standing": "documented",
        "properties": {
            name: _field(request, name, vocabulary) for name in schema.get("properties", {})
        },
    }
    if schema.get("required"):
        built["required"] = list(schema["required"])
        built["x-sources"] = {"required": request.cite("schema", "required")}
    return built


def _field(request: Request, name: str, vocabulary: frozenset[str]) -> dict[str, Any]:
    documented = request.schema["properties"][name]
    field = {
        key: copy.deepcopy(value)
        for key, value in documented.items()
        if key not in _NOT_IN_CONTRACT
    }
    field["x-source"] = request.cite("schema", "properties", name)
    example = shown(request, name)
    if name in vocabulary:
        field |= _enumeration(request, name)
    if field.get("format") == "binary":
        if example is not None:
            field["x-shown"] = example
    elif example is not None:
        field = _fit_to_example(field, example) | {"example": example}
    default = documented.get("x-prose", {}).get("default")
    if default is not None and "anyOf" not in field:
        field["default"] = int(default) if field.get("type") == "integer" else default
    return field


def _enumeration(request: Request, name: str) -> dict[str, Any]:
    sources = dict(_documented_values(request, name))
    cited = {str(value): source for value, source in sources.items()}
    return {"enum": list(sources), "x-enum-sources": cited} if sources else {}


def _documented_values(request: Request, name: str) -> Iterator[tuple[Any, str]]:
    """Every documented value of a field, listed ones last so that their line is the one cited."""
    schema = request.schema["properties"][name]
    base = ("schema", "properties", name)
    example = shown(request, name)
    if example is not None:
        in_media = isinstance(request.media.get("example"), Mapping)
        where = ("example", name) if in_media else (*base, "example")
        yield example, request.cite(*where)
    for value, pointer in _listings(schema):
        yield value, request.cite(*base, *pointer)


def _fit_to_example(field: dict[str, Any], example: Any) -> dict[str, Any]:
    """Unite the declared type with the example's where a page contradicts itself."""
    kind = _json_type(example)
    declared = field.get("type")
    if declared is None or declared == kind or (declared == "number" and kind == "integer"):
        return field
    united = {key: value for key, value in field.items() if key not in ("type", "format")}
    return united | {"anyOf": [{"type": declared}, {"type": kind}]}


def _json_type(value: Any) -> str:
    names: dict[type, str] = {
        bool: "boolean", int: "integer", float: "number", str: "string", list: "array"
    }  # fmt: skip
    return names.get(type(value), "object")
