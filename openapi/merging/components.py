"""Collects the named schemas of a contract; no two have one name."""

from collections.abc import Container, Sequence
from typing import Any

from openapi.errors import name_clash
from openapi.merging.responses import Reply, component_name, united_schema
from openapi.merging.variants import Request, variant


class Components:
    """The named schemas that operations refer to."""

    def __init__(self) -> None:
        """Start with no schema."""
        self._requests: dict[str, Request] = {}
        self._replies: dict[str, list[Reply]] = {}
        self._order: list[str] = []

    def request(self, request: Request) -> dict[str, Any]:
        """Add one page's request; return a reference to its schema.

        Raises:
            SpecError: another request has its name.
        """
        name = request.component
        if name in self._requests:
            raise name_clash(name)
        if name in self._replies:
            # Clients know a request by its page, and what comes back by its operation.
            name = self._free(f"{name}Request")
        self._order.append(name)
        self._requests[name] = request
        return _reference(name)

    def replies(self, replies: Sequence[Reply]) -> dict[str, Any]:
        """Add the descriptions of one body; return its schema, or a reference to it.

        Bodies with the same name share a schema, also those of different operations; where a
        request has that name, it gets a longer one.
        """
        name = component_name(replies)
        if name is None:
            return united_schema(replies)
        if name in self._requests:
            name = self._free(f"{name}Response", self._replies)
        if name not in self._replies:
            self._order.append(name)
        self._replies.setdefault(name, []).extend(replies)
        return _reference(name)

    def _free(self, name: str, shared: Container[str] = ()) -> str:
        """A name that nothing has, or one of ``shared``."""
        while name in self._order and name not in shared:
            name += "Body"
        return name

    def schemas(self) -> dict[str, Any]:
        """All schemas, in the order in which they were added."""
        return {name: self._schema(name) for name in self._order}

    def _schema(self, name: str) -> dict[str, Any]:
        if name in self._requests:
            return variant(self._requests[name])
        return united_schema(self._replies[name])


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
