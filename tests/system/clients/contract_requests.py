"""Create requests built from the contract: its variants, their fields and their values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import httpx
from hypothesis import strategies as st

import openapi
from openapi.contract.requests import FORM
from openapi.coverage import LENGTH_FIELDS, SIZE_FIELDS
from openapi.documents.located import load
from tests.system.clients import pictures

CONTRACT: Mapping[str, Any] = load(openapi.CONTRACT).data
SCHEMAS: Mapping[str, Any] = CONTRACT["components"]["schemas"]
# What stands for text that the contract describes by a pattern and shows no example of.
PLAIN: Mapping[str, Any] = {
    "prompt": "A calico cat playing a piano",
    "character_url": "https://example.com/cat.mp4",
    "character_timestamps": "1,3",
}


@dataclass(frozen=True, slots=True)
class RequestVariant:
    """One documented request in one media type, and the path it is sent to."""

    component: str
    path: str
    media_type: str

    @property
    def fields(self) -> Mapping[str, Any]:
        """The schemas of its fields."""
        found: Mapping[str, Any] = SCHEMAS[self.component]["properties"]
        return found

    @property
    def required(self) -> Sequence[str]:
        """The fields that must be sent."""
        found: Sequence[str] = SCHEMAS[self.component]["required"]
        return found

    def body(self, names: Sequence[str] | None = None) -> dict[str, Any]:
        """A value for each named field; for the required ones when none are named."""
        return {name: sample(name, self.fields[name]) for name in names or self.required}

    def send(self, http: httpx.Client, body: Mapping[str, Any]) -> httpx.Response:
        """Post a body; bytes go as a file."""
        return http.send(self.request(http, body))

    def request(
        self, http: httpx.Client | httpx.AsyncClient, body: Mapping[str, Any]
    ) -> httpx.Request:
        """The request for a body; bytes go as a file."""
        if self.media_type != FORM:
            return http.build_request("POST", self.path, json=body)
        return http.build_request("POST", self.path, files=as_form(body))


def as_form(body: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Form parts of a body: bytes as an image file, all else as text."""
    return [
        (name, ("cat.jpg", value, "image/jpeg") if isinstance(value, bytes) else (None, value))
        for name, value in body.items()
    ]


def request_variants() -> Iterator[RequestVariant]:
    """Every request variant of the contract in each of its media types."""
    for path, item in CONTRACT["paths"].items():
        content = item.get("post", {}).get("requestBody", {}).get("content", {})
        for media_type, media in content.items():
            for choice in media["schema"].get("anyOf", ()):
                component = choice["$ref"].rpartition("/")[2]
                if "x-variant" in SCHEMAS[component]:
                    yield RequestVariant(component, path, media_type)


def films(variant: RequestVariant) -> Iterator[dict[str, Any]]:
    """A body for every model, size, length and orientation that the variant lists."""
    varied = [
        name
        for name in ("model", *SIZE_FIELDS, *LENGTH_FIELDS, "orientation")
        if "enum" in variant.fields.get(name, {})
    ]
    base = variant.body()
    for values in product(*(variant.fields[name]["enum"] for name in varied)):
        yield base | dict(zip(varied, values, strict=True))


def sample(name: str, schema: Mapping[str, Any]) -> Any:
    """One value of a field: real where it is a picture, else as the contract shows or lists it."""
    if schema.get("format") == "binary":
        return pictures.jpeg()
    if "ImageReference" in schema.get("$ref", ""):
        return pictures.data_url()
    if schema.get("type") == "array":
        return [pictures.data_url()]
    if schema.get("type") == "boolean":
        return True
    if "example" in schema:
        return schema["example"]
    return schema["enum"][0] if "enum" in schema else PLAIN[name]


def values(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Any value of a field: whatever the contract's words for it allow."""
    if "$ref" in schema:
        return values(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of(*(values(choice) for choice in schema["anyOf"]))
    if schema.get("type") == "object":
        return st.fixed_dictionaries(
            {name: values(schema["properties"][name]) for name in schema["required"]}
        )
    if schema.get("type") == "array":
        return st.lists(values(schema["items"]), max_size=schema.get("maxItems", 3))
    return st.booleans() if schema.get("type") == "boolean" else _texts(schema)


def _texts(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if schema.get("format") == "binary":
        return st.sampled_from((pictures.jpeg(), pictures.webp()))
    alphabet = st.characters(codec="utf-8")
    if "pattern" not in schema:
        return st.text(alphabet, min_size=schema.get("minLength", 0), max_size=200)
    # Python's `$` also matches before a final line break; the contract's does not.
    pattern = schema["pattern"].replace("$", r"\Z")
    return st.from_regex(pattern, alphabet=alphabet)
