"""The client's edition: the contract in the form that code generators and importers read best.

The strict contract stays what requests and responses are validated against. A request that the
client's edition allows may still be refused: where documentation pages differ, it has one form
with the fields of all, and says the differences in descriptions and in ``x-variants``.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from openapi.contract.document import remove_unused
from openapi.contract.requests import FORM, JSON
from openapi.documents.places import operations
from openapi.documents.pointers import follow
from openapi.editions.choices import camel, free_name, name_enums, open_statuses
from openapi.editions.forms import one_form, variants_of
from openapi.editions.plain import mark_times, simplify
from openapi.editions.shown import add_examples, add_narrowed_examples, shortest

Contract = dict[str, Any]

_UNNAMED = "http://127.0.0.1:8080"


def clients_edition(contract: Mapping[str, Any], *, server: str | None = None) -> Contract:
    """A contract for generators of clients, collections and tests, derived from the strict one.

    ``server`` is the absolute address that relative servers are below; without it the servers that
    the documentation pages name are listed, or where they name none, the fake's usual address.
    """
    edition: Contract = copy.deepcopy(dict(contract))
    edition.setdefault("components", {}).setdefault("schemas", {})
    _write_title(edition)
    edition["servers"] = servers_at(contract, server)
    add_narrowed_examples(edition)
    simplify(edition)
    for _, operation in operations(edition):
        if "requestBody" in operation:
            _write_request(edition, operation)
    _remove_unused(edition)
    open_statuses(edition)
    mark_times(edition)
    name_enums(edition)
    _remove_unused(edition)
    add_examples(edition)
    return edition


def _remove_unused(edition: Contract) -> None:
    remove_unused(edition, [kind for kind in edition["components"] if kind != "securitySchemes"])


def servers_at(contract: Mapping[str, Any], address: str | None) -> list[dict[str, Any]]:
    """The servers of the edition: the only part of it that depends on ``address``."""
    return list(_absolute(contract, address)) or list(_absolute(contract, _UNNAMED))


def _absolute(contract: Mapping[str, Any], address: str | None) -> Iterator[dict[str, Any]]:
    """The servers of the contract and its pages, each once and absolute."""
    seen = set()
    documented = contract.get("x-documented-servers", ()) if address is None else ()
    for server in (*contract.get("servers", ()), *documented):
        url = urljoin(address or "", server["url"]).rstrip("/")
        if urlsplit(url).scheme and url not in seen:
            seen.add(url)
            yield {**server, "url": url}


def _write_title(edition: Contract) -> None:
    dialect = edition["info"].get("x-dialect")
    if dialect:
        edition["info"]["title"] = f"{edition['info']['title']} ({dialect} dialect)"
    edition["info"]["x-edition"] = "clients"


def _write_request(edition: Contract, operation: dict[str, Any]) -> None:
    """Give an operation one media type, with one named schema."""
    body = operation["requestBody"]
    if "$ref" in body:
        body = operation["requestBody"] = copy.deepcopy(dict(follow(edition, body)))
    media_type = _preferred(edition, body["content"])
    media = body["content"][media_type]
    variants = variants_of(edition, media.get("schema", {}))
    left_out = _left_out(edition, body["content"], variants)
    suffix = "Form" if media_type == FORM else "Request"
    if len(variants) > 1:
        media["schema"] = {**one_form(variants), **shortest(edition, variants)}
    elif "x-variant" in follow(edition, media.get("schema", {})):
        # The name does not change when a second page describes the operation.
        media["schema"] = dict(follow(edition, media["schema"]))
    if "$ref" not in media.get("schema", {"$ref": ""}):
        name = f"{camel(operation.get('operationId', 'operation'))}{suffix}"
        media["schema"] = _named(edition, media["schema"], name)
    if left_out:
        text = f"This edition leaves out what is taken in another form only: {left_out}."
        body["description"] = f"{body.get('description', '')} {text}".strip()
    body["content"] = {media_type: media}


def _named(edition: Contract, schema: dict[str, Any], wanted: str) -> dict[str, Any]:
    """Make a schema a component, and return a reference to it."""
    schemas = edition["components"]["schemas"]
    name = free_name(schemas, wanted, "Body")
    schemas[name] = schema
    return {"$ref": f"#/components/schemas/{name}"}


def _left_out(
    edition: Contract, content: Mapping[str, Any], kept: Mapping[str, Mapping[str, Any]]
) -> str:
    """The variants that only other media types have, with their media type."""
    return ", ".join(
        f"{name} ({media_type})"
        for media_type, media in content.items()
        for name, variant in variants_of(edition, media.get("schema", {})).items()
        if "x-variant" in variant and name not in kept
    )


def _preferred(edition: Contract, content: Mapping[str, Any]) -> str:
    """The form where it takes files, else JSON, else the media type that is listed first."""
    form = content.get(FORM, {})
    variants = variants_of(edition, form.get("schema", {}))
    fields = (field for one in variants.values() for field in one.get("properties", {}).values())
    if any(_is_file(field) for field in fields):
        return FORM
    return JSON if JSON in content else next(iter(content))


def _is_file(field: Mapping[str, Any]) -> bool:
    """Whether a field takes a file, several, or a file among other things."""
    choices = (field, field.get("items", {}), *field.get("anyOf", ()), *field.get("oneOf", ()))
    return any(each.get("format") == "binary" for each in choices)
