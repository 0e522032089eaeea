"""The read model of a built contract, used by the fake, the harness and the documentation page."""

import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from openapi.contract.evidence import NO_SOURCE, Evidence
from openapi.contract.paths import PathTable, fill, parameter_names
from openapi.contract.requests import QueryParameter, RequestBody, RequestVariant
from openapi.contract.schemas import Schema, SchemaCompiler, Validator
from openapi.documents.places import operations
from openapi.documents.pointers import component_name

# Path segments that a server or client may remove from a URL.
_STEPS = frozenset({".", ".."})
_REFUSALS = range(400, 500)
_NOTHING: Mapping[str, "Operation"] = {}
# The extension that describes an operation's part in a job's life.
JOB = "x-job"
_OWN_FIELDS: Mapping[str, str] = {"model": "model", "prompt": "prompt"}
# The names of fields in the requests of known services, the likelier first.
_USUAL_FIELDS = {
    "model": ("model_name", "model"),
    "prompt": ("prompt", "user_prompt"),
    "seconds": ("duration", "seconds"),
    "size": ("size",),
    "aspect_ratio": ("aspect_ratio",),
}


def quote(text: str) -> str:
    """Percent-encode a text for one segment of a path or one value of a query."""
    if text in _STEPS:
        return text.replace(".", "%2E")
    return urllib.parse.quote(text, safe="", errors="backslashreplace")


def shown_examples(media: Schema) -> list[Any]:
    """The examples of a media type object."""
    found = [media["example"]] if "example" in media else []
    return found + [each["value"] for each in media.get("examples", {}).values() if "value" in each]


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        method: in capitals.
        path: its path template.
        node: the operation object as the contract has it.
        parameters: those of its path and its own, references followed.
        responses: by status, references followed.
    """

    id: str
    method: str
    path: str
    node: Schema = field(repr=False)
    parameters: tuple[Schema, ...] = field(repr=False)
    responses: Mapping[str, Schema] = field(repr=False)
    schemas: SchemaCompiler = field(repr=False, compare=False)

    @property
    def source(self) -> str:
        """Where the operation is documented."""
        return str(self.node.get("x-source", NO_SOURCE))

    @property
    def evidence(self) -> Evidence:
        """The evidence that the operation exists."""
        return Evidence(self.node.get("x-standing", Evidence.INFERRED))

    @property
    def makes(self) -> bool:
        """Whether a successful request creates something, which may cost money."""
        return self.method == "POST"

    @cached_property
    def role(self) -> str | None:
        """Its part in a job's life (create, read, ...), if the contract describes that."""
        role: str | None = self.node.get(JOB, {}).get("role")
        return role

    @cached_property
    def asks(self) -> Mapping[str, str]:
        """The names of the request's fields by what they ask for: model, prompt, seconds, ...

        For a described job they are the usual ones, and those that the description gives.
        """
        if JOB not in self.node:
            return _OWN_FIELDS
        known = {name for each in self.variants for name in each.schema.get("properties", {})}
        usual = {
            what: next(name for name in names if name in known)
            for what, names in _USUAL_FIELDS.items()
            if not known.isdisjoint(names)
        }
        return {**usual, **self.node[JOB].get("request", {})}

    @property
    def is_of_webhooks(self) -> bool:
        """Whether it manages webhook endpoints."""
        return "webhook" in self.path.lower()

    @cached_property
    def content(self) -> Mapping[str, Schema]:
        """The media type objects of its request body."""
        body = self.schemas.follow(self.node.get("requestBody", {}))
        found: Mapping[str, Schema] = body.get("content", {})
        return found

    @cached_property
    def bodies(self) -> Mapping[str, RequestBody]:
        """Its request bodies by media type, in the contract's order."""
        return {kind: self._body(kind, media["schema"]) for kind, media in self.content.items()}

    @cached_property
    def media_types(self) -> tuple[str, ...]:
        """The media types of its request body."""
        return tuple(self.content)

    @cached_property
    def variants(self) -> tuple[RequestVariant, ...]:
        """Every documented request in every media type."""
        return tuple(variant for body in self.bodies.values() for variant in body.variants)

    @cached_property
    def query(self) -> tuple[QueryParameter, ...]:
        """Its query parameters."""
        return tuple(
            QueryParameter(
                each["name"],
                each.get("required", False),
                each["schema"],
                each.get("x-source", NO_SOURCE),
                self.schemas.compile(each["schema"]),
            )
            for each in self.parameters
            if each.get("in") == "query"
        )

    def compile(self) -> None:
        """Compile the schemas of its requests now rather than at first use.

        Raises:
            SchemaError: a schema is not JSON Schema.
        """
        for body in self.bodies.values():
            for variant in (body.whole, *body.variants):
                _ = variant.validator
        _ = self.query

    def response(self, status: int) -> Schema | None:
        """The documented response of a status; None where that is not documented."""
        return self.responses.get(str(status))

    def leaves_open(self, status: int) -> bool:
        """Whether a status is a refusal, and nothing is documented about refusals.

        The pages of many gateways have successes only.
        """
        documented = any(each[:1] in "45" or each == "default" for each in self.responses)
        return status in _REFUSALS and not documented

    def fill(self, **values: str) -> str:
        """The path with its parameters filled in, percent-encoded where they need it."""
        return fill(self.path, {name: quote(value) for name, value in values.items()})

    def filled(self, value: str) -> str:
        """The address of a request with ``value`` for every parameter that it must have."""
        path = self.fill(**dict.fromkeys(parameter_names(self.path), value))
        needed = [each for each in self.parameters if each.get("required")]
        query = [f"{each['name']}={quote(value)}" for each in needed if each["in"] == "query"]
        return "?".join([path, *(["&".join(query)] if query else [])])

    def _body(self, media_type: str, schema: Schema) -> RequestBody:
        whole = self._variant(media_type, schema)
        choices = whole.schema.get("anyOf", ())
        variants = tuple(self._variant(media_type, choice) for choice in choices)
        return RequestBody(media_type, whole, variants or (whole,))

    def _variant(self, media_type: str, declared: Schema) -> RequestVariant:
        component = component_name(declared)
        name = self.schemas.follow(declared).get("x-variant", component or "request")
        return RequestVariant(
            *(name, component, self.id, self.path, media_type, declared, self.schemas)
        )


@dataclass(frozen=True)
class Contract:
    """A built contract: an OpenAPI document in which every operation has an id.

    The document must not be changed while the contract is in use.
    """

    document: Mapping[str, Any] = field(repr=False)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the contract's order."""
        return tuple(self._operations())

    @cached_property
    def variants(self) -> tuple[RequestVariant, ...]:
        """Every documented request of every operation in every media type."""
        return tuple(variant for each in self.operations for variant in each.variants)

    def operation(self, operation_id: str) -> Operation:
        """The operation with an id.

        Raises:
            KeyError: the contract has none.
        """
        return self._by_id[operation_id]

    def has(self, operation_id: str) -> bool:
        """Whether the contract has an operation."""
        return operation_id in self._by_id

    def find(self, path: str) -> tuple[Mapping[str, Operation], dict[str, str]]:
        """The operations at a path by method, and the values of the path's parameters."""
        return self.paths.find(path)

    def match(self, method: str, path: str) -> Operation | None:
        """The operation that a request is for."""
        return self.find(path)[0].get(method.upper())

    def takes(self, operation_id: str, parameter: str) -> bool:
        """Whether the contract has an operation with a parameter of that name."""
        found = self._by_id.get(operation_id)
        return any(each["name"] == parameter for each in (found.parameters if found else ()))

    def resolve(self, node: Schema) -> Schema:
        """The node itself, or what its reference leads to."""
        return self.schemas.follow(node)

    def validator(self, schema: Schema) -> Validator:
        """A validator for a schema of this contract, compiled once."""
        key = repr(schema)
        if key not in self._compiled:
            self._compiled[key] = self.schemas.compile(schema)
        return self._compiled[key]

    def valid_examples(self, media: Schema) -> Iterator[Any]:
        """The examples of a media type object that fit its schema."""
        validator = self.validator(media.get("schema", {}))
        return filter(validator.is_valid, shown_examples(media))

    @cached_property
    def schemas(self) -> SchemaCompiler:
        """Compiles schemas of this contract and follows its references."""
        return SchemaCompiler(self.document)

    @cached_property
    def _by_id(self) -> Mapping[str, Operation]:
        return {each.id: each for each in self.operations}

    @cached_property
    def paths(self) -> PathTable[Mapping[str, Operation]]:
        """The operations by path and method."""
        entries: dict[str, dict[str, Operation]] = {}
        for each in self.operations:
            entries.setdefault(each.path, {})[each.method] = each
        return PathTable(entries, _NOTHING)

    @cached_property
    def _compiled(self) -> dict[str, Validator]:
        return {}

    def _operations(self) -> Iterator[Operation]:
        paths, follow = self.document["paths"], self.schemas.follow
        for (_, path, method), node in operations(self.document):
            declared = (*paths[path].get("parameters", ()), *node.get("parameters", ()))
            yield Operation(
                id=node["operationId"],
                method=str(method).upper(),
                path=str(path),
                node=node,
                parameters=tuple(map(follow, declared)),
                responses={status: follow(each) for status, each in node["responses"].items()},
                schemas=self.schemas,
            )
