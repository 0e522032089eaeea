"""Holds every example to its schema, the contract's own and the documented pages'."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openapi.documents import DocumentedPage
from openapi.merge import operations_of
from openapi.schemas import FILE, SchemaCompiler
from openapi.variants import Request, shown


def example_problems(contract: Mapping[str, Any], pages: Sequence[DocumentedPage]) -> Iterator[str]:
    """One sentence for every example that its schema refuses."""
    compiler = SchemaCompiler(contract)
    yield from _media_problems(contract, compiler)
    yield from _field_problems(contract, compiler)
    for page in pages:
        for operation in operations_of(page):
            for request in operation.requests():
                yield from _request_problems(contract, request, compiler)


def request_example(request: Request) -> dict[str, Any]:
    """A page's request example as one body; a file stands as ``FILE``."""
    body = {}
    for name, schema in request.schema.get("properties", {}).items():
        value = shown(request, name)
        if value is not None:
            body[name] = FILE if schema.get("format") == "binary" else value
    return body


def _request_problems(
    contract: Mapping[str, Any], request: Request, compiler: SchemaCompiler
) -> Iterator[str]:
    schema = contract["components"]["schemas"].get(request.component)
    if schema is None:
        yield f"{request.page.name}: the contract has no {request.component}"
        return
    for error in compiler.compile(schema).iter_errors(request_example(request)):
        yield f"{request.page.name}: its request example is refused: {error.message}"


def _media_problems(contract: Mapping[str, Any], compiler: SchemaCompiler) -> Iterator[str]:
    for path, item in contract["paths"].items():
        for place, media in _media_types(item, path):
            validator = compiler.compile(media["schema"])
            for name, example in media["examples"].items():
                for error in validator.iter_errors(example["value"]):
                    yield f"{place}: the example '{name}' is refused: {error.message}"


def _media_types(node: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(node, Mapping):
        if "schema" in node and "examples" in node:
            yield place, node
        for key, value in node.items():
            yield from _media_types(value, f"{place}/{key}")


def _field_problems(contract: Mapping[str, Any], compiler: SchemaCompiler) -> Iterator[str]:
    for name, schema in contract["components"]["schemas"].items():
        for field, held in schema.get("properties", {}).items():
            for keyword in ("example", "default"):
                if keyword in held and not compiler.compile(held).is_valid(held[keyword]):
                    yield f"{name}.{field}: its {keyword} {held[keyword]!r} is refused"
