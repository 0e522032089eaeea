"""What the contract demands of a request, compiled once; finds the first breach and its source."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from openapi.contract.schemas import SchemaCompiler, convert

Contract = Mapping[str, Any]
Step = str | int
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Variant:
    """One documented request: its name, its schema as the contract has it, its validator.

    ``named`` holds the contract's named schemas, which the schema may refer to.
    """

    name: str
    schema: Schema
    validator: jsonschema_rs.Draft202012Validator
    named: Mapping[str, Schema]

    def covers(self, model: object) -> bool:
        """Whether the request is documented for that model."""
        return model in self.models

    @property
    def models(self) -> Sequence[Any]:
        """The models it is documented for."""
        found: Sequence[Any] = self.at(["model"]).get("enum", ())
        return found

    @property
    def properties(self) -> Schema:
        """The fields it documents, each with its schema."""
        found: Schema = self.schema.get("properties", {})
        return found

    def knows(self, names: Iterable[str]) -> int:
        """How many of the named fields it documents."""
        return sum(name in self.properties for name in names)

    def at(self, path: Sequence[Step]) -> Schema:
        """The schema of the part at ``path``; empty when the variant does not know it."""
        found = self.schema
        for step in path:
            parts = found.get("properties", {})
            found = found.get("items", {}) if isinstance(step, int) else parts.get(step, {})
            found = _resolved(found, self.named)
        return found

    def source(self, path: Sequence[Step], keyword: str) -> str:
        """Where it is written that the part at ``path`` obeys ``keyword``: page and line."""
        exact = self.at(path).get("x-sources", {}).get(keyword)
        above = (self.at(path[:length]).get("x-source") for length in range(len(path), -1, -1))
        return str(exact or next(filter(None, above), "the contract"))


@dataclass(frozen=True, slots=True)
class BodyRule:
    """What one media type of one operation takes; ``fields`` are those some variant knows.

    ``whole`` is what holds for every variant: one of them accepts, and what is said besides.
    ``files`` are the fields that some variant takes a file for.
    """

    media_type: str
    whole: Variant
    variants: tuple[Variant, ...]
    fields: frozenset[str]
    files: frozenset[str]

    @property
    def by_model(self) -> bool:
        """Whether the variants are told apart by the model they cover."""
        return all(variant.models for variant in self.variants)


@dataclass(frozen=True, slots=True)
class QueryRule:
    """What one query parameter takes; ``integer`` says how its text is read."""

    name: str
    required: bool
    integer: bool
    default: Any
    schema: Mapping[str, Any]
    source: str
    validator: jsonschema_rs.Draft202012Validator


@dataclass(frozen=True, slots=True)
class OperationRule:
    """Everything one operation demands of a request."""

    operation_id: str
    bodies: Mapping[str, BodyRule]
    query: tuple[QueryRule, ...]

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types it takes, in the contract's order."""
        return tuple(self.bodies)


class RuleCompiler:
    """Compiles the rules of one contract."""

    def __init__(self, contract: Contract) -> None:
        """Prepare the contract's named schemas."""
        self._contract = contract
        self._schemas = SchemaCompiler(contract)

    def operation(self, operation: Mapping[str, Any]) -> OperationRule:
        """The rules of one operation object."""
        content = operation.get("requestBody", {}).get("content", {})
        return OperationRule(
            operation["operationId"],
            {kind: self._body(kind, media["schema"]) for kind, media in content.items()},
            tuple(self._query(operation.get("parameters", ()))),
        )

    def _body(self, media_type: str, schema: Mapping[str, Any]) -> BodyRule:
        whole = self._variant(schema)
        variants = tuple(map(self._variant, schema.get("anyOf", ()))) or (whole,)
        known = [item for v in variants for item in v.schema.get("properties", {}).items()]
        files = frozenset(name for name, field in known if field.get("format") == "binary")
        fields = frozenset(name for name, _ in known)
        return BodyRule(media_type, whole, variants, fields, files)

    def _variant(self, choice: Mapping[str, Any]) -> Variant:
        named = self._contract["components"]["schemas"]
        schema = _resolved(choice, named)
        name = choice.get("$ref", "request").rpartition("/")[2]
        validator = self._schemas.compile(choice)
        return Variant(schema.get("x-variant", name), schema, validator, named)

    def _query(self, parameters: Sequence[Mapping[str, Any]]) -> Iterator[QueryRule]:
        for parameter in parameters:
            if parameter.get("in") != "query":
                continue
            schema = parameter["schema"]
            yield QueryRule(
                parameter["name"],
                parameter.get("required", False),
                schema.get("type") == "integer",
                schema.get("default"),
                schema,
                parameter.get("x-source", "the contract"),
                jsonschema_rs.Draft202012Validator(convert(schema)),
            )


def _resolved(node: Schema, named: Mapping[str, Schema]) -> Schema:
    return named[node["$ref"].rpartition("/")[2]] if "$ref" in node else node
