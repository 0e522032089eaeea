"""Rules on the HTTP side of an operation: parameters, security, bodies and responses."""

import re
from collections.abc import Iterator, Sequence

from openapi.conflicts.model import Finding, Operation, Reply
from openapi.conflicts.terms import TIME_NAME
from openapi.contract.paths import parameter_names
from openapi.documents.pointers import json_pointer, steps_of
from openapi.pages.invalid_parts import InvalidPart
from openapi.pages.node import Claim, Node, text

_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))


def invalid_part(operation: Operation) -> Iterator[Finding]:
    """The page has parts that OpenAPI does not allow, one row for each."""
    found: dict[str, list[InvalidPart]] = {}
    for part in operation.page.left_out:
        inside = part.pointer[: len(operation.pointer)] == operation.pointer
        if inside or (operation.leads and part.pointer[0] != "paths"):
            found.setdefault(part.what, []).append(part)
    for what, parts in found.items():
        yield Finding(
            str(parts[0].pointer[-1]),
            tuple(_claim(operation, part) for part in parts),
            "It is left out, or read as what it plainly means: what remains of the page stands. "
            f"The contract lists it under x-left-out as '{what}'.",
        )


def _claim(operation: Operation, part: InvalidPart) -> Claim:
    line = operation.page.line_of(part)
    return Claim(part.what, operation.page.name, line, json_pointer(part.pointer))


def yaml_repaired(operation: Operation) -> Iterator[Finding]:
    """The page's YAML could only be read after a repair."""
    repairs = operation.document.get("x-repairs")
    for repair in repairs.children() if repairs else ():
        line, what, at = repair.get("line"), repair.get("what"), text(repair.get("at"))
        if line and what and _concerns(at, operation):
            yield Finding(
                _field_at(at),
                (
                    line.claim(f"line {line.value} of the raw page is no YAML"),
                    _repaired(operation, at) or what.claim(text(what)),
                ),
                "The text is read as it stands: a repair adds quotes or blanks around a value and "
                "changes none.",
            )


def ignored_header_parameter(operation: Operation) -> Iterator[Finding]:
    """A header is declared as a parameter although OpenAPI says to ignore it there."""
    for header in _headers(operation):
        if text(header.get("name")).casefold() in _IGNORED_HEADERS:
            yield Finding(
                text(header.get("name")),
                ((header.get("name") or header).claim("is declared as a header parameter"),),
                "The parameter is dropped: media types and security state the same, and OpenAPI "
                "says to ignore it.",
            )


def optional_authorization(operation: Operation) -> Iterator[Finding]:
    """The Authorization header is optional, while the security of the operation requires it."""
    security = operation.node.get("security") or operation.document.get("security")
    for header in _headers(operation):
        is_authorization = text(header.get("name")).casefold() == "authorization"
        demanded = header.get("required")
        if is_authorization and security and _demands(security) and not _is_true(demanded):
            yield Finding(
                "Authorization",
                (
                    (demanded or header).claim("the required flag of the header is not true"),
                    security.claim("the security demands a scheme"),
                ),
                "Security counts: every operation needs the bearer key.",
            )


def path_parameter_undeclared(operation: Operation) -> Iterator[Finding]:
    """The path has a parameter that the page does not describe."""
    known = {
        text(node.get("name"))
        for node in operation.parameter_nodes()
        if text(node.get("in")) == "path"
    }
    for name in dict.fromkeys(parameter_names(operation.path)):
        if name not in known:
            yield Finding(
                name,
                (operation.node.claim(f"has {{{name}}} in its path and does not describe it"),),
                "The parameter is a text, which is inferred.",
            )


def body_not_required(operation: Operation) -> Iterator[Finding]:
    """A body with required fields is optional."""
    body = operation.node.get("requestBody")
    demanding = [field.required for field in operation.body_fields() if field.required]
    if body and demanding and not _is_true(body.get("required")):
        yield Finding(
            "requestBody",
            (
                body.claim("is not marked as required"),
                *(node.claim(f"demands {node.value}") for node in demanding[:1]),
            ),
            "The body is required, since a request without one lacks the required fields.",
        )


def only_success_documented(operation: Operation) -> Iterator[Finding]:
    """Only successful responses are documented."""
    responses = operation.node.get("responses")
    statuses = [str(node.name) for node in responses.children()] if responses else []
    if responses and all(status.startswith("2") for status in statuses):
        yield Finding(
            "responses",
            (responses.claim(f"documents {', '.join(statuses) or 'nothing'} only"),),
            "No error is invented: an overlay adds the error responses, each with its source.",
        )


def job_not_readable(operations: Sequence[Operation]) -> Iterator[Finding]:
    """A job can be created, but no page says how to read it."""
    reads = [operation for operation in operations if operation.method == "get"]
    makers: dict[str, list[Operation]] = {}
    for operation in operations:
        if operation.method == "post" and _answers_with_job(operation):
            makers.setdefault(operation.title, []).append(operation)
    for title, group in makers.items():
        if not any(_reads(read, group[0]) for read in reads):
            yield Finding(
                "id",
                tuple(operation.node.claim("creates a job nobody can read") for operation in group),
                "An overlay adds the operations that read the job, each with its source.",
                title,
            )


def _headers(operation: Operation) -> Iterator[Node]:
    return (node for node in operation.parameter_nodes() if text(node.get("in")) == "header")


def _demands(security: Node) -> bool:
    return bool(security.value) and all(security.value)


def _is_true(node: Node | None) -> bool:
    return node is not None and node.value is True


def _concerns(pointer: str, operation: Operation) -> bool:
    """Whether a repair belongs to an operation; one outside of all belongs to the page's first."""
    within = json_pointer(operation.node.pointer) + "/"
    return pointer.startswith(within) or (operation.leads and not pointer.startswith("/paths/"))


def _repaired(operation: Operation, pointer: str) -> Claim | None:
    """The text of the page where the repair was made."""
    value = operation.document.get(*steps_of(pointer))
    return value.claim("is what stands on it") if value else None


def _field_at(pointer: str) -> str:
    """The property that contains a pointer; without one, the last step of the pointer."""
    _, inside, field = pointer.rpartition("/properties/")
    return field.split("/")[0] if inside else pointer.rpartition("/")[2]


def _answers_with_job(operation: Operation) -> bool:
    """Whether a response has an id and a status, declared or in an example."""
    return any(
        {"id", "status"} <= {*reply.properties, *_shown(reply)}
        for reply in operation.responses()
        if reply.succeeded
    )


def _shown(reply: Reply) -> set[str]:
    return {node.name for body in reply.examples for node in body.children()}


def _reads(read: Operation, maker: Operation) -> bool:
    """Whether an operation is a GET that returns a job by its id."""
    by_path = re.fullmatch(re.escape(maker.path) + r"/\{[^}]+\}", read.path) is not None
    by_query = any(text(node.get("name")) in ("id", "task_id") for node in read.parameter_nodes())
    beside = read.path.rpartition("/")[0] == maker.path.rpartition("/")[0]
    return by_path or (by_query and beside)


def response_schema_empty(operation: Operation) -> Iterator[Finding]:
    """A response schema declares no properties, while its example has some."""
    for reply in _successes(operation):
        for example in reply.examples:
            if reply.properties or not isinstance(example.value, dict) or not example.value:
                continue
            schema = reply.schema or reply.media
            yield Finding(
                "response",
                (
                    (schema.get("properties") or schema).claim("declares no property"),
                    example.claim(f"has {len(example.value)} fields"),
                ),
                "The response schema of the operation unites what its pages declare; the example "
                "is kept and adds no property.",
            )


def response_without_example(operation: Operation) -> Iterator[Finding]:
    """A response declares fields, but has no example."""
    for reply in _successes(operation):
        if reply.properties and not reply.examples:
            yield Finding(
                "response",
                ((reply.schema or reply.media).claim("declares fields and has no example"),),
                "No example is invented: the declared fields stand; an overlay completes them with "
                "its sources.",
            )


def no_status_words(operation: Operation) -> Iterator[Finding]:
    """A response has a status field without a list of its values."""
    for reply in _successes(operation):
        declared = reply.properties.get("status")
        shown = [node for body in reply.examples if (node := body.get("status"))]
        if (declared is None and not shown) or (declared and declared.get("enum")):
            continue
        stated = (declared.claim("lists no words for the status"),) if declared else ()
        yield Finding(
            "status",
            (*stated, *(node.claim(f"shows {node.value!r} only") for node in shown)),
            "An overlay lists the words of the life of a job, with their source.",
        )


def time_without_unit(operation: Operation) -> Iterator[Finding]:
    """A time in a response has neither a unit nor an example that shows it."""
    for reply in _successes(operation):
        shown = {node.name for body in reply.examples for node in body.children()}
        for name, node in reply.properties.items():
            if TIME_NAME.search(name) and name not in shown and not node.get("x-prose", "unit"):
                yield Finding(
                    name,
                    (node.claim("is a time without a unit"),),
                    "The unit comes from an overlay, with its source.",
                )


def _successes(operation: Operation) -> Iterator[Reply]:
    return (reply for reply in operation.responses() if reply.succeeded)
