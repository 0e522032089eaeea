"""An answer for every operation from the contract alone: its example, or a value of its schema."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mock_server.http.exchange import JsonReply
from openapi.contract.contract import Contract, Operation
from openapi.contract.schemas import Schema

_LARGEST_DEPTH = 8
# The form of an id: a prefix, and so many characters of a class.
_ID_FORM = re.compile(r"\^(\w*)\[(.)[^]]*\]\{(\d{1,3})\}\$")


class Examples:
    """The answers of one contract; the same request always has the same one."""

    def __init__(self, contract: Contract) -> None:
        """Collect the contract's own examples of named schemas."""
        self._contract = contract
        self._shown: dict[str, Any] = {}
        for media in self._documents():
            name = media["schema"].get("$ref")
            if name is not None:
                for value in self._fitting(media):
                    self._shown.setdefault(name, value)

    def reply(self, operation_id: str, path: Mapping[str, str]) -> JsonReply:
        """A successful JSON answer; where it has an id, that is the one which was asked for."""
        status, response = self._success(self._contract.operation(operation_id))
        (media,) = (each for kind, each in response["content"].items() if kind.endswith("json"))
        content = next(self._fitting(media), None) or self._made(media["schema"])
        asked = next(iter(path.values()), None)
        if asked is not None and isinstance(content, dict) and "id" in content:
            content = {**content, "id": asked}
        # An id that a client made up need not have the form that the dialect's have.
        return JsonReply(content, status=status, deliberate=asked is not None)

    def _documents(self) -> Iterator[Schema]:
        """What every operation answers in JSON when it succeeds."""
        for operation in self._contract.operations:
            _, response = self._success(operation)
            for kind, media in response.get("content", {}).items():
                if kind.endswith("json"):
                    yield media

    def _success(self, operation: Operation) -> tuple[int, Schema]:
        responses = operation.responses
        status = next(status for status in responses if str(status).startswith("2"))
        return int(status), responses[status]

    def _fitting(self, media: Schema) -> Iterator[Any]:
        """What the contract shows, as long as it is what the contract says."""
        shown = [media["example"]] if "example" in media else []
        shown += [each["value"] for each in media.get("examples", {}).values()]
        validator = self._contract.validator(media["schema"])
        yield from (value for value in shown if validator.is_valid(value))

    def _made(self, schema: Schema, depth: int = 0) -> Any:
        if schema.get("$ref") in self._shown:
            return self._shown[schema["$ref"]]
        schema = self._contract.resolve(schema)
        said = [schema[keyword] for keyword in ("example", "default") if keyword in schema]
        said += schema.get("enum", ())
        if said:
            return said[0]
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return self._made(schema[keyword][0], depth + 1)
        if "allOf" in schema:
            return self._together(schema["allOf"], depth + 1)
        if depth > _LARGEST_DEPTH:
            return None
        return self._of_type(schema, depth)

    def _together(self, parts: Sequence[Schema], depth: int) -> dict[str, Any]:
        """An object that is as every part says; what several say of a field, the last one has."""
        made: dict[str, Any] = {}
        for part in parts:
            made |= self._made(part, depth)
            said = self._contract.resolve(part).get("properties", {})
            refined = {name: said[name] for name in said if name in made and part is not parts[0]}
            made |= {name: self._made(field, depth) for name, field in refined.items()}
        return made

    def _of_type(self, schema: Schema, depth: int) -> Any:
        match schema.get("type"):
            case "array":
                return [self._made(schema.get("items", {}), depth + 1)]
            case "integer" | "number":
                return schema.get("minimum", 0)
            case "boolean":
                return True
            case "string":
                return _text(schema)
        properties = schema.get("properties", {})
        names = [name for name in properties if name in schema.get("required", ())]
        return {name: self._made(properties[name], depth + 1) for name in names}


def _text(schema: Schema) -> str:
    form = _ID_FORM.fullmatch(schema.get("pattern", ""))
    if form is not None:
        return form[1] + form[2] * int(form[3])
    return "string".ljust(schema.get("minLength", 0), "-")
