"""The contract as checks read it: operations, what they answer, and who says so."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema_rs

from contract_tests.contract.stages import Stages
from contract_tests.contract.variants import RequestVariant
from contract_tests.findings.finding import Standing, credit_of
from contract_tests.wire.addresses import quote
from openapi.contract.error_kinds import ERROR_KINDS
from openapi.contract.schemas import SchemaCompiler
from openapi.coverage.inferred import as_shown, without_inferred
from openapi.dialects.dialect import Dialect

_METHODS = ("get", "post", "put", "patch", "delete")
_SERVER_ERROR = 500
_WEBHOOKS = re.compile("webhook", re.IGNORECASE)


@dataclass(frozen=True)
class Operation:
    """One operation, with references followed as far as its responses."""

    id: str
    method: str
    path: str
    node: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    responses: Mapping[str, Mapping[str, Any]]
    variants: tuple[RequestVariant, ...]

    @property
    def source(self) -> str:
        """Who says that the operation is there."""
        return str(self.node.get("x-source", "the contract"))

    @property
    def standing(self) -> Standing:
        """How firmly."""
        return Standing(self.node.get("x-standing", Standing.INFERRED))

    @property
    def makes(self) -> bool:
        """Whether a call that is accepted makes something that may cost money."""
        return self.method == "POST"

    @property
    def is_of_webhooks(self) -> bool:
        """Whether it is about whom a gateway tells of events."""
        return bool(_WEBHOOKS.search(self.path))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Its path as a pattern; a parameter takes one segment."""
        parts = re.split(r"\{([^}]+)\}", self.path)
        named = [re.escape(p) if i % 2 == 0 else f"(?P<{p}>[^/]+)" for i, p in enumerate(parts)]
        return re.compile("".join(named))

    def fill(self, **values: str) -> str:
        """The path with its parameters filled in, percent-encoded where they need it."""
        return self.path.format(**{name: quote(value) for name, value in values.items()})


@dataclass(frozen=True)
class Contract:
    """One contract in one dialect; a value that is handed down, never looked up."""

    document: Mapping[str, Any]
    dialect: Dialect

    def status_of(self, code: str, operation_id: str, param: str | None = None) -> int:
        """The status that a gateway of the contract's dialect gives to a kind of error."""
        error_kind = ERROR_KINDS[code]
        return self.dialect.rule(error_kind, operation_id, param).status or error_kind.status

    @cached_property
    def stages(self) -> Stages:
        """The words for a job's stages."""
        return Stages(self.dialect.statuses)

    def stands_for_stage(self, status: object, progress: float) -> bool:
        """Whether the dialect shows that figure for a stage, whatever the job is at."""
        stage, shown = self.stages.stage(status), self.dialect.progress
        return progress in (shown.always.get(stage), shown.instead_of_zero.get(stage))

    def blamed(self, operation: Operation) -> frozenset[int]:
        """The 5xx that a gateway of the dialect gives to what others call the caller's mistake."""
        told = {
            self.status_of(code, operation.id)
            for code, error_kind in ERROR_KINDS.items()
            if error_kind.status < _SERVER_ERROR and error_kind.occurs_at(operation.node)
        }
        return frozenset(status for status in told if status >= _SERVER_ERROR)

    def takes(self, operation_id: str, parameter: str) -> bool:
        """Whether the contract has that operation, and it takes that parameter."""
        found = self._by_id.get(operation_id)
        parameters = found.parameters if found else ()
        return any(each["name"] == parameter for each in parameters)

    @property
    def serves_film(self) -> bool:
        """Whether a finished job's download is a video file."""
        found = self._by_id.get("downloadVideoContent")
        content = found.responses.get("200", {}).get("content", {}) if found else {}
        return any(kind.startswith("video/") for kind in content)

    @cached_property
    def laws(self) -> "Contract":
        """The same without what is inferred of requests: what breaks it is surely wrong."""
        return Contract(without_inferred(self.document), self.dialect)

    @cached_property
    def shown(self) -> "Contract":
        """The same with inferred lists cut down to what pages show: that is surely right."""
        return Contract(as_shown(self.document), self.dialect)

    def without_webhooks(self) -> "Contract":
        """The same without the operations on webhooks."""
        paths = self.document["paths"]
        kept = {path: item for path, item in paths.items() if not _WEBHOOKS.search(path)}
        return Contract({**self.document, "paths": kept}, self.dialect)

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the contract's order."""
        return tuple(self._operations())

    def operation(self, operation_id: str) -> Operation:
        """The operation with that id.

        Raises:
            KeyError: the contract has none.
        """
        return self._by_id[operation_id]

    def has(self, operation_id: str) -> bool:
        """Whether the contract has that operation."""
        return operation_id in self._by_id

    def match(self, method: str, path: str) -> Operation | None:
        """The operation a request belongs to."""
        fitting = [each for each in self.at(path) if each.method == method.upper()]
        return fitting[0] if fitting else None

    def at(self, path: str) -> Sequence[Operation]:
        """Every operation at a path; a literal path hides one with parameters."""
        fitting = [each for each in self._literal_first if each.pattern.fullmatch(path)]
        return [each for each in fitting if each.path == fitting[0].path]

    def response(self, operation: Operation, status: int) -> Mapping[str, Any] | None:
        """What the contract says of an answer; None when it does not document the status."""
        return operation.responses.get(str(status))

    def validator(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
        """A validator for a schema of this contract."""
        key = repr(schema)
        if key not in self._compiled:
            self._compiled[key] = self._compiler.compile(schema)
        return self._compiled[key]

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The node itself, or what its reference leads to."""
        while "$ref" in node:
            found: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def schema(self, name: str) -> Mapping[str, Any]:
        """A named schema.

        Raises:
            KeyError: there is none.
        """
        found: Mapping[str, Any] = self.document["components"]["schemas"][name]
        return found

    def credit(self, node: Mapping[str, Any], keyword: str = "") -> tuple[str, Standing]:
        """Who says a part of the contract (or one keyword of it), and how firmly."""
        exact = node.get("x-sources", {}).get(keyword)
        if exact:
            return credit_of(str(exact))
        source = str(node.get("x-source", "the contract"))
        standing = node.get("x-standing")
        return (source, Standing(standing)) if standing else credit_of(source)

    @cached_property
    def variants(self) -> tuple[RequestVariant, ...]:
        """Every documented request in every media type."""
        return tuple(variant for each in self.operations for variant in each.variants)

    @cached_property
    def _by_id(self) -> Mapping[str, Operation]:
        return {each.id: each for each in self.operations}

    @cached_property
    def _literal_first(self) -> Sequence[Operation]:
        return sorted(self.operations, key=lambda each: each.path.count("{"))

    @cached_property
    def _compiler(self) -> SchemaCompiler:
        return SchemaCompiler(self.document)

    @cached_property
    def _compiled(self) -> dict[str, jsonschema_rs.Draft202012Validator]:
        return {}

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in _METHODS:
                if method in item:
                    yield self._operation(path, method, item)

    def _operation(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        node = item[method]
        declared = (*item.get("parameters", ()), *node.get("parameters", ()))
        responses = {status: self.resolve(each) for status, each in node["responses"].items()}
        parameters = tuple(self.resolve(each) for each in declared)
        variants = tuple(self._variants(path, node))
        name = node["operationId"]
        return Operation(name, method.upper(), path, node, parameters, responses, variants)

    def _variants(self, path: str, node: Mapping[str, Any]) -> Iterator[RequestVariant]:
        for media_type, media in node.get("requestBody", {}).get("content", {}).items():
            whole = self.resolve(media["schema"])
            for choice in whole.get("anyOf", (media["schema"],)):
                schema = self.resolve(choice)
                component = choice.get("$ref", "").rpartition("/")[2]
                source, standing = self.credit(schema)
                yield RequestVariant(
                    name=schema.get("x-variant", component),
                    component=component,
                    operation=node["operationId"],
                    path=path,
                    media_type=media_type,
                    schema=schema,
                    source=source,
                    standing=standing,
                )
