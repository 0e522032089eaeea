"""Holds every answer to the contract, errors included; for tests and ``--validate-responses``."""

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import orjson
from connexion.middleware.abstract import ROUTING_CONTEXT
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.errors import INVALID_RESPONSE, ApiError
from mock_server.exchange import DELIBERATE, JsonReply
from openapi.schemas import SchemaCompiler

Validator = jsonschema_rs.Draft202012Validator

_BODYLESS = frozenset({204, 304})


class _HeaderRule:
    """What one header has to be."""

    def __init__(self, header: Mapping[str, Any], compiler: SchemaCompiler) -> None:
        self._required = header.get("required", False)
        self._integer = header["schema"].get("type") == "integer"
        self._validator = compiler.compile(header["schema"])

    def problems(self, name: str, text: str | None) -> Iterator[str]:
        """One sentence for each way in which a header's value, or its absence, is wrong."""
        if text is None:
            if self._required:
                yield f"the header {name} is missing"
            return
        value = int(text) if self._integer and text.isdecimal() else text
        for error in self._validator.iter_errors(value):
            yield f"the header {name}: {error.message}"


class ResponseRules:
    """What the contract says of every operation's answers, compiled once."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        """Compile all schemas of all responses."""
        self._components = contract["components"]
        self._compiler = SchemaCompiler(contract)
        self._rules = {
            operation["operationId"]: {
                int(status): self._rule(response)
                for status, response in operation["responses"].items()
            }
            for item in contract["paths"].values()
            for method, operation in item.items()
            if method != "parameters"
        }

    def _rule(self, response: Mapping[str, Any]) -> dict[str, Any]:
        response = self._resolved("responses", response)
        headers = {
            name.lower(): _HeaderRule(header, self._compiler)
            for name, named in response.get("headers", {}).items()
            for header in (self._resolved("headers", named),)
        }
        content = {
            kind: self._compiler.compile(media["schema"]) if kind.endswith("json") else None
            for kind, media in response.get("content", {}).items()
        }
        return {"headers": headers, "content": content}

    def _resolved(self, kind: str, node: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in node:
            return node
        found: Mapping[str, Any] = self._components[kind][node["$ref"].rpartition("/")[2]]
        return found

    def problems(
        self, operation_id: str, status: int, headers: Mapping[str, str], body: bytes | None
    ) -> Iterator[str]:
        """One sentence for each way in which an answer breaks the contract.

        ``body`` is None for the answer to HEAD, which leaves it out.
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


def response_check(contract: Mapping[str, Any]) -> type[Any]:
    """The middleware class that checks answers against one contract."""
    rules = ResponseRules(contract)

    class ResponseCheck:
        """Holds an answer back until it is whole and known to conform; else answers 500."""

        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            """Check one answer."""
            if scope["type"] != "http":
                await self._app(scope, receive, send)
                return
            messages: list[Message] = []

            async def keep(message: Message) -> None:
                messages.append(message)

            await self._app(scope, receive, keep)
            deliberate = scope.get(DELIBERATE, False)
            problems = [] if deliberate else list(_problems(rules, scope, messages))
            if problems:
                error = ApiError(INVALID_RESPONSE, "; ".join(problems))
                await JsonReply(error.envelope(), status=error.status)(scope, receive, send)
                return
            for message in messages:
                await send(message)

    return ResponseCheck


def _problems(rules: ResponseRules, scope: Scope, messages: list[Message]) -> Iterator[str]:
    routing = scope.get("extensions", {}).get(ROUTING_CONTEXT)
    if not messages or not routing:
        return
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in messages[0]["headers"]
    }
    # Added further out, to every answer.
    headers["x-request-id"] = "pending"
    sent = b"".join(message.get("body", b"") for message in messages[1:])
    body = None if scope["method"] == "HEAD" else sent
    yield from rules.problems(routing["operation_id"], messages[0]["status"], headers, body)
