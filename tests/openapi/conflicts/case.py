"""One contradiction written into a page, and short ways to write it."""

from dataclasses import dataclass
from typing import Any

from tests.openapi.page_texts import Change, fields, operation

FREE = {"type": "string", "description": "Free"}


@dataclass(frozen=True, slots=True)
class Case:
    """A contradiction written into a sound page, and the rules that must report it, no other."""

    what: str
    change: Change
    rules: tuple[str, ...]


def put(target: dict[str, Any], **values: Any) -> None:
    """Put values into a part of a page."""
    target.update(values)


def title(text: str, *mentions: str) -> Change:
    """Give the operation a title and what it names."""
    facts = {"summary": text, "x-prose": {"mentions": list(mentions)}}
    return lambda page: operation(page).update(facts)


def field(name: str, **values: Any) -> Change:
    """Change a field, or add one."""
    return lambda page: fields(page).setdefault(name, {"description": "New"}).update(values)


def prose(name: str, **facts: Any) -> Change:
    """State facts of a field in prose instead of an enum."""

    def change(page: dict[str, Any]) -> None:
        fields(page)[name].pop("enum", None)
        fields(page)[name]["x-prose"] = facts

    return change


def header(name: str, *, required: bool) -> Change:
    """Declare a header as a parameter."""
    declared = {"name": name, "in": "header", "required": required, "schema": {"type": "string"}}
    return lambda page: operation(page)["parameters"].append(declared)


def both(*changes: Change) -> Change:
    """Make several changes, in their order."""
    return lambda page: [change(page) for change in changes]
