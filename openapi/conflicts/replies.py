"""Rules on what a response declares, shows and leaves unsaid."""

from collections.abc import Iterator

from openapi.conflicts.conflict import Finding
from openapi.conflicts.view import Operation, Reply
from openapi.conflicts.vocabulary import TIME_NAME


def response_schema_empty(operation: Operation) -> Iterator[Finding]:
    """A response schema declares no property while its example has some."""
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
    """A response declares fields and shows none."""
    for reply in _successes(operation):
        if reply.properties and not reply.examples:
            yield Finding(
                "response",
                ((reply.schema or reply.media).claim("declares fields and has no example"),),
                "No example is invented: the declared fields stand, completed by the overlay with "
                "its sources.",
            )


def no_status_words(operation: Operation) -> Iterator[Finding]:
    """A response has a status whose words are listed nowhere."""
    for reply in _successes(operation):
        declared = reply.properties.get("status")
        shown = [spot for body in reply.examples if (spot := body.get("status"))]
        if (declared is None and not shown) or (declared and declared.get("enum")):
            continue
        stated = (declared.claim("lists no words for the status"),) if declared else ()
        yield Finding(
            "status",
            (*stated, *(spot.claim(f"shows {spot.value!r} only") for spot in shown)),
            "The completions overlay lists the words of the life of a job, with their source.",
        )


def time_without_unit(operation: Operation) -> Iterator[Finding]:
    """A time in a response has neither a unit nor an example to tell it by."""
    for reply in _successes(operation):
        shown = {spot.name for body in reply.examples for spot in body.children()}
        for name, spot in reply.properties.items():
            if TIME_NAME.search(name) and name not in shown and not spot.get("x-prose", "unit"):
                yield Finding(
                    name,
                    (spot.claim("is a time without a unit"),),
                    "The unit comes from the completions overlay, with its source.",
                )


def _successes(operation: Operation) -> Iterator[Reply]:
    return (reply for reply in operation.responses() if reply.succeeded)
