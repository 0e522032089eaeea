"""The requests of an operation: bodies, their documented variants, and query parameters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from openapi.contract.evidence import NO_SOURCE, Evidence, rests_on_inference, source_of
from openapi.contract.schemas import Schema, SchemaCompiler, Validator
from openapi.coverage.variants import shown_values

FORM = "multipart/form-data"
JSON = "application/json"
Step = str | int


@dataclass(frozen=True)
class RequestVariant:
    """One documented request of one operation in one media type.

    Attributes:
        name: the name of the page that documents it, else of its schema.
        component: the name of its schema in the contract; empty for a schema without a name.
        operation: the operation's id.
        path: the operation's path template.
        declared: the schema as the body refers to it.
        schemas: compiles schemas of the contract and follows its references.
    """

    name: str
    component: str
    operation: str
    path: str
    media_type: str
    declared: Schema = field(repr=False)
    schemas: SchemaCompiler = field(repr=False, compare=False)

    @cached_property
    def schema(self) -> Schema:
        """Its schema, with the reference that leads to it followed."""
        return self.schemas.follow(self.declared)

    @cached_property
    def validator(self) -> Validator:
        """The compiled schema; raises ``SchemaError`` where that is not JSON Schema."""
        return self.schemas.compile(self.declared)

    @property
    def source(self) -> str:
        """Where the request is documented."""
        return source_of(self.schema).text

    @property
    def evidence(self) -> Evidence:
        """The evidence that the request exists."""
        return source_of(self.schema).evidence

    @property
    def fields(self) -> Mapping[str, Schema]:
        """The documented fields, each with its schema."""
        found: Mapping[str, Schema] = self.schema.get("properties", {})
        return found

    @property
    def required(self) -> Sequence[str]:
        """The required fields; of several choices, those of the first."""
        choice: Schema = next(iter(self.schema.get("oneOf", ())), {})
        return (*self.schema.get("required", ()), *choice.get("required", ()))

    @property
    def models(self) -> Sequence[str]:
        """The models it is documented for; empty where it names none."""
        found: Sequence[str] = self.at(["model"]).get("enum", ())
        return found

    @property
    def family(self) -> str:
        """The wire format of the job that it creates: ``unified`` or ``videos``."""
        return "unified" if self.operation == "createUnifiedVideo" else "videos"

    def shown(self, name: str) -> Sequence[Any]:
        """The values listed for a field, without those that only the model catalogue adds."""
        return shown_values(self.fields.get(name, {}))

    def covers(self, model: object) -> bool:
        """Whether the request is documented for a model."""
        return model in self.models

    def knows(self, names: Iterable[str]) -> int:
        """How many of the named fields are documented."""
        return sum(name in self.fields for name in names)

    def at(self, path: Sequence[Step]) -> Schema:
        """The schema of a part of the body; empty where the variant does not document it."""
        found = self.schema
        for step in path:
            members = found.get("properties", {})
            found = found.get("items", {}) if isinstance(step, int) else members.get(step, {})
            found = self.schemas.follow(found)
        return found

    def source_at(self, path: Sequence[Step], keyword: str) -> str:
        """The source of the rule ``keyword`` of a part of the body, such as ``page:line``."""
        exact = self.at(path).get("x-sources", {}).get(keyword)
        above = (self.at(path[:length]).get("x-source") for length in range(len(path), -1, -1))
        return str(exact or next(filter(None, above), NO_SOURCE))

    def source_of_rule(self, name: str, keyword: str) -> str:
        """The source of the rule ``keyword`` of a field, such as ``enum`` or ``required``.

        Of a list whose values have sources of their own, the first that is not inferred.
        """
        if keyword == "required":
            return self.source_at((), keyword)
        listed = self.fields.get(name, {}).get("x-enum-sources") if keyword == "enum" else None
        if listed:
            return str(min(listed.values(), key=rests_on_inference))
        return self.source_at((name,), keyword)


@dataclass(frozen=True)
class RequestBody:
    """The request body of an operation in one media type.

    Attributes:
        whole: the schema of the body, which every variant keeps to.
        variants: the documented requests; a body without alternatives is its own variant.
    """

    media_type: str
    whole: RequestVariant
    variants: tuple[RequestVariant, ...]

    @cached_property
    def fields(self) -> frozenset[str]:
        """The fields that some variant documents."""
        return frozenset(name for variant in self.variants for name in variant.fields)

    @cached_property
    def files(self) -> frozenset[str]:
        """The fields that are a file in some variant."""
        return frozenset(
            name
            for variant in self.variants
            for name, declared in variant.fields.items()
            if declared.get("format") == "binary"
        )

    @cached_property
    def by_model(self) -> bool:
        """Whether the model decides which variant a request is."""
        return all(variant.models for variant in self.variants)


@dataclass(frozen=True)
class QueryParameter:
    """One query parameter; ``schema`` is that of its value."""

    name: str
    required: bool
    schema: Schema
    source: str
    validator: Validator = field(repr=False, compare=False)

    @cached_property
    def integer(self) -> bool:
        """Whether its value is an integer."""
        return self.schema.get("type") == "integer"

    @cached_property
    def default(self) -> Any:
        """The value that applies if the parameter is not sent."""
        return self.schema.get("default")
