"""JSON pointers (RFC 6901): a place in a document as text, and back."""

Steps = tuple[str | int, ...]


def json_pointer(steps: Steps) -> str:
    """Render steps as a pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def steps_of(pointer: str) -> tuple[str, ...]:
    """The steps of a pointer, as text: only the document tells an index from a key."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
