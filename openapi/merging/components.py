"""The named schemas of a contract in the making: every name is given once, or refused."""

from collections.abc import Sequence
from typing import Any

from openapi.errors import name_clash
from openapi.merging.responses import Reply, component_name, united_schema
from openapi.merging.variants import Request, variant


class Components:
    """Collects what operations refer to."""

    def __init__(self) -> None:
        """Start with no schema."""
        self._requests: dict[str, Request] = {}
        self._replies: dict[str, list[Reply]] = {}
        self._order: list[str] = []

    def request(self, request: Request) -> dict[str, Any]:
        """Take in one page's request; return the reference to its schema.

        Raises:
            SpecError: something else has its name.
        """
        name = request.component
        if name in self._order:
            raise name_clash(name)
        self._order.append(name)
        self._requests[name] = request
        return _reference(name)

    def replies(self, replies: Sequence[Reply]) -> dict[str, Any]:
        """Take in what pages say of one body; return its schema, or a reference to it.

        Bodies of one name are one schema, whichever operations they belong to.

        Raises:
            SpecError: a request has its name.
        """
        name = component_name(replies)
        if name is None:
            return united_schema(replies)
        if name in self._requests:
            raise name_clash(name)
        if name not in self._replies:
            self._order.append(name)
        self._replies.setdefault(name, []).extend(replies)
        return _reference(name)

    def schemas(self) -> dict[str, Any]:
        """All of them, in the order in which they were first referred to."""
        return {name: self._schema(name) for name in self._order}

    def _schema(self, name: str) -> dict[str, Any]:
        if name in self._requests:
            return variant(self._requests[name])
        return united_schema(self._replies[name])


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
