"""What every client's edition has to keep, of any contract: each rule yields what breaks it."""

import re
from collections.abc import Iterator
from typing import Any

from openapi.contract.schemas import SchemaCompiler
from openapi.documents.places import is_name, operations, parts
from openapi.documents.pointers import Steps, follow
from openapi.documents.writing import dump

Contract = dict[str, Any]

_BYTES = ("video/", "image/", "audio/", "application/octet-stream")
_INSTANTS = re.compile(r"(_at|_time|_ms|^created|timestamp)$")


def one_named_form_an_operation(edition: Contract) -> Iterator[Any]:
    """A request has one media type, whose schema is a named one without alternatives."""
    for pointer, operation in operations(edition):
        content = operation.get("requestBody", {}).get("content", {})
        if len(content) > 1:
            yield pointer, list(content)
        for media in content.values():
            schema = media["schema"]
            if set(schema) != {"$ref"} or {"anyOf", "oneOf", "allOf"} & set(
                follow(edition, schema)
            ):
                yield pointer, schema


def multipart_alone_where_there_are_files(edition: Contract) -> Iterator[Any]:
    """A request with a file is a form, and a form has one."""
    for pointer, operation in operations(edition):
        for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
            if has_files(edition, media["schema"]) != (media_type == "multipart/form-data"):
                yield pointer, media_type


def no_puzzles(edition: Contract) -> Iterator[Any]:
    """There is no choice of one, no choice of texts, and no field that nothing fits."""
    for pointer, node in parts(edition):
        for keyword in ("anyOf", "oneOf", "allOf"):
            choices = node.get(keyword)
            if isinstance(choices, list):
                kinds = {str(one.get("type")) for one in choices}
                if len(choices) == 1 or kinds in ({"string"}, {"integer"}):
                    yield pointer, choices
        if node.get("not") == {}:
            yield pointer, node


def enums_are_named(edition: Contract) -> Iterator[Any]:
    """A choice of values is a component."""
    for pointer, node in parts(edition):
        inline = pointer[:2] != ("components", "schemas") or len(pointer) > 3
        if inline and isinstance(node.get("enum"), list) and len(node["enum"]) > 1:
            yield pointer, node["enum"]


def times_are_long(edition: Contract) -> Iterator[Any]:
    """An integer that is an instant, or milliseconds, has 64 bits."""
    for pointer, node in parts(edition):
        is_time = _is_field(pointer) and _INSTANTS.search(str(pointer[-1]))
        if is_time and node.get("type") == "integer" and node.get("format") != "int64":
            yield pointer, node


def statuses_are_open(edition: Contract) -> Iterator[Any]:
    """A status in a response is no closed list of words."""
    for pointer, node in _received(edition):
        is_status = _is_field(pointer) and str(pointer[-1]).endswith(("status", "state"))
        if is_status and "enum" in follow(edition, node):
            yield pointer, node


def servers_are_absolute(edition: Contract) -> Iterator[Any]:
    """Each server is an address, and there is one."""
    servers = [one["url"] for one in edition["servers"]]
    yield from [url for url in servers if not re.match(r"https?://[^/]", url)]
    if not servers:
        yield "no server"


def everything_has_an_example(edition: Contract) -> Iterator[Any]:
    """Every parameter and every media type has one; only content of bytes has none."""
    for pointer, node in parts(edition):
        is_media = len(pointer) > 1 and pointer[-2] == "content"
        is_parameter = "in" in node and "schema" in node and not is_name(pointer)
        if is_media and str(pointer[-1]).startswith(_BYTES):
            continue
        if (is_media or is_parameter) and not {"example", "examples"} & set(node):
            yield pointer, node.get("name")


def examples_fit(edition: Contract) -> Iterator[Any]:
    """Every example is one of its schema; a file is shown by a name."""
    schemas = SchemaCompiler(edition)
    for pointer, node in parts(edition):
        is_named = is_name(pointer) and pointer[-2] != "content"
        if is_named or "schema" not in node or has_files(edition, node["schema"]):
            continue
        for value in shown(node):
            yield from [(pointer, str(one)) for one in _errors(schemas, node["schema"], value)]


def examples_are_plausible(edition: Contract) -> Iterator[Any]:
    """No example is a word that only fills its place, and none is misspelt."""
    for pointer, node in parts(edition):
        for value in shown(node):
            if re.search(r"'(example|string|text|foo|ture|xxx)'|^(example|string)$", str(value)):
                yield pointer, value
    if re.search(r"\bture\b", dump(edition)):
        yield "ture"


def has_files(edition: Contract, schema: dict[str, Any]) -> bool:
    """Whether a schema has a file anywhere."""
    return any(node.get("format") == "binary" for _, node in parts(follow(edition, schema)))


def _is_field(pointer: Steps) -> bool:
    return is_name(pointer) and pointer[-2] == "properties"


def _errors(schemas: SchemaCompiler, schema: dict[str, Any], value: Any) -> list[Any]:
    return list(schemas.compile(schema).iter_errors(value))


def shown(node: Any) -> list[Any]:
    """The examples of a parameter, a media type or a schema."""
    named = node.get("examples", {})
    values = list(named.values()) if isinstance(named, dict) else []
    given = [one["value"] for one in values if isinstance(one, dict) and "value" in one]
    return given + ([node["example"]] if "example" in node else [])


def _received(edition: Contract) -> Iterator[tuple[Steps, Any]]:
    """Everything in responses, references followed."""
    waiting: list[tuple[Steps, Any]] = [
        (("responses",), operation["responses"]) for _, operation in operations(edition)
    ]
    seen = set()
    while waiting:
        for pointer, node in parts(*reversed(waiting.pop())):
            yield pointer, node
            if "$ref" in node and node["$ref"] not in seen:
                seen.add(node["$ref"])
                waiting.append((pointer[:1], follow(edition, node)))


RULES = (
    one_named_form_an_operation,
    multipart_alone_where_there_are_files,
    no_puzzles,
    enums_are_named,
    times_are_long,
    statuses_are_open,
    servers_are_absolute,
    everything_has_an_example,
    examples_fit,
    examples_are_plausible,
)
