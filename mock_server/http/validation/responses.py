"""The rules of the contract for responses, including errors, compiled once."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from openapi.contract.contract import Contract
from openapi.contract.schemas import SchemaCompiler, Validator

_BODYLESS = frozenset({204, 304})


class _HeaderRule:
    """The rule for one header."""

    def __init__(self, header: Mapping[str, Any], compiler: SchemaCompiler) -> None:
        self._required = header.get("required", False)
        self._integer = header["schema"].get("type") == "integer"
        self._validator = compiler.compile(header["schema"])

    def problems(self, name: str, text: str | None) -> Iterator[str]:
        """A sentence for each problem of a header's value, or of its absence."""
        if text is None:
            if self._required:
                yield f"the header {name} is missing"
            return
        value = int(text) if self._integer and text.isdecimal() else text
        for error in self._validator.iter_errors(value):
            yield f"the header {name}: {error.message}"


class ResponseRules:
    """The rules for the responses of every operation."""

    def __init__(self, contract: Contract) -> None:
        """Compile all schemas of all responses."""
        self._schemas = contract.schemas
        self._rules = {
            operation.id: {
                int(status): self._rule(response)
                for status, response in operation.responses.items()
            }
            for operation in contract.operations
        }

    def _rule(self, response: Mapping[str, Any]) -> dict[str, Any]:
        headers = {
            name.lower(): _HeaderRule(self._schemas.follow(header), self._schemas)
            for name, header in response.get("headers", {}).items()
        }
        content = {
            kind: self._schemas.compile(media["schema"]) if kind.endswith("json") else None
            for kind, media in response.get("content", {}).items()
        }
        return {"headers": headers, "content": content}

    def problems(
        self, operation_id: str, status: int, headers: Mapping[str, str], body: bytes | None
    ) -> Iterator[str]:
        """A sentence for each way in which a response breaks the contract.

        ``body`` is None for responses to HEAD, which have none.
        """
        rule = self._rules[operation_id].get(status)
        if rule is None:
            yield f"status {status} is not documented"
            return
        for name, header in rule["headers"].items():
            yield from header.problems(name, headers.get(name))
        kind = headers.get("content-type", "").partition(";")[0]
        if status in _BODYLESS or not rule["content"]:
            return
        if kind not in rule["content"]:
            yield f"content type '{kind}' is not documented for {status}"
        elif rule["content"][kind] is not None and body is not None:
            yield from _json_problems(rule["content"][kind], body)


def _json_problems(validator: Validator, body: bytes) -> Iterator[str]:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        yield f"the body is not JSON: {error}"
        return
    for problem in validator.iter_errors(content):
        yield f"/{'/'.join(map(str, problem.instance_path))}: {problem.message}"
