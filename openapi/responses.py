"""Unites what several pages say of one operation's responses; knows no requests."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.documents import DocumentedPage, Pointer


@dataclass(frozen=True, slots=True)
class Reply:
    """Where one page describes one response body: page, pointer of the media type, names."""

    page: DocumentedPage
    pointer: Pointer
    status: str
    media_type: str

    @property
    def media(self) -> Mapping[str, Any]:
        """The media type object as the page has it."""
        found: Mapping[str, Any] = self.page.at(self.pointer)
        return found

    @property
    def properties(self) -> Mapping[str, Any]:
        """The declared properties; empty where the page declares none."""
        found: Mapping[str, Any] = self.media.get("schema", {}).get("properties") or {}
        return found


def component_name(path: str, replies: Sequence[Reply]) -> str:
    """The name of the united schema: the examples' ``object`` value, else words of the path."""
    for reply in replies:
        example = reply.media.get("example")
        if isinstance(example, Mapping) and isinstance(example.get("object"), str):
            return "".join(part.capitalize() for part in example["object"].split("."))
    words = [word for word in path.strip("/").split("/") if word[0] != "{" and word != "v1"]
    return "".join(word.capitalize() for word in words) + "Response"


def united_schema(replies: Sequence[Reply]) -> dict[str, Any]:
    """The union of the declared schemas: all properties, required where every declaring page says.

    A page that declares no property while its example has eight adds nothing and limits nothing.
    """
    declaring = [reply for reply in replies if reply.properties]
    schema: dict[str, Any] = {"type": "object", "x-standing": "documented"}
    schema["x-source"] = ", ".join(reply.page.cite((*reply.pointer, "schema")) for reply in replies)
    properties: dict[str, Any] = {}
    for reply in declaring:
        for name, declared in reply.properties.items():
            properties.setdefault(name, _property(reply, name, declared))
    schema["properties"] = properties
    required = _required_by_all(declaring)
    return schema | ({"required": required} if required else {})


def _property(reply: Reply, name: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: copy.deepcopy(value) for key, value in declared.items() if key != "x-prose"}
    return kept | {"x-source": reply.page.cite((*reply.pointer, "schema", "properties", name))}


def _required_by_all(declaring: Sequence[Reply]) -> list[str]:
    if not declaring:
        return []
    lists = [reply.media["schema"].get("required", []) for reply in declaring]
    return [name for name in lists[0] if all(name in other for other in lists[1:])]


def examples(replies: Sequence[Reply]) -> dict[str, Any]:
    """Every page's response example under the page's name."""
    return {
        reply.page.name: {
            "value": copy.deepcopy(reply.media["example"]),
            "x-source": reply.page.cite((*reply.pointer, "example")),
        }
        for reply in replies
        if "example" in reply.media
    }
