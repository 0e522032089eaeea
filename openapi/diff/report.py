"""Shows the changes between two contracts: for people, as JSON, as Markdown."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from openapi.diff.difference import Difference, Kind, Party
from openapi.documents.text import json_text, visible, visible_lines

# Of a value as it is shown, in characters.
_LONG = 300
_HEADINGS = (
    (Party.CLIENT, "Breaks clients"),
    (Party.GATEWAY, "Breaks only the gateway"),
    (None, "Breaks nothing"),
)


def as_json(found: Sequence[Difference]) -> str:
    """The changes as a JSON document with a summary."""
    document = {"summary": _summary(found), "differences": [each.as_json() for each in found]}
    return json_text(json.dumps(document, indent=2, ensure_ascii=False, default=str))


def as_markdown(found: Sequence[Difference]) -> str:
    """The changes as Markdown, a table for each party that they break."""
    lines = [_sentence(found), ""]
    for party, heading in _HEADINGS:
        rows = [each for each in found if _first(each) is party]
        if rows:
            lines += [f"## {heading}", "", "| kind | operation | part | before | after |"]
            lines += ["|---|---|---|---|---|", *map(_markdown_row, rows), ""]
    return "\n".join(lines)


def print_table(found: Sequence[Difference], console: Console) -> None:
    """Print the changes as tables for people."""
    for party, heading in _HEADINGS:
        rows = [each for each in found if _first(each) is party]
        if rows:
            console.print(_table(f"{heading}: {len(rows)}", rows))
    console.print(_sentence(found))


def _first(difference: Difference) -> Party | None:
    return next(iter(difference.breaks), None)


def _summary(found: Sequence[Difference]) -> dict[str, Any]:
    return {
        "changes": len(found),
        "breaking": {str(party): sum(party in each.breaks for each in found) for party in Party},
        "kinds": {str(kind): count for kind, count in Counter(each.kind for each in found).items()},
    }


def _sentence(found: Sequence[Difference]) -> str:
    if not found:
        return "No changes."
    clients = sum(Party.CLIENT in each.breaks for each in found)
    gateway = sum(Party.GATEWAY in each.breaks for each in found)
    reworded = sum(each.kind is Kind.REWORDED for each in found)
    return (
        f"Changes: {len(found)}. Breaking for clients: {clients}, for the gateway: {gateway}. "
        f"Only reworded: {reworded}."
    )


def _table(title: str, rows: Sequence[Difference]) -> Table:
    table = Table(title=visible(title), title_justify="left", show_lines=True)
    for column, share in (("what", 3), ("before", 3), ("after", 3)):
        table.add_column(column, ratio=share, overflow="fold")
    for each in rows:
        what = f"{each.kind}, {each.direction}\n{each.operation}\n{each.at}"
        before, after = (
            f"{_value(value)}\n{source}".rstrip()
            for value, source in ((each.old, each.old_source), (each.new, each.new_source))
        )
        table.add_row(*map(visible_lines, (what, before, after)))
    return table


def _markdown_row(each: Difference) -> str:
    cells = (
        f"{each.kind} ({each.direction})",
        each.operation,
        each.at,
        *(
            " ".join(filter(None, (_value(value), source)))
            for value, source in ((each.old, each.old_source), (each.new, each.new_source))
        ),
    )
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    """A text of a page as plain text of a Markdown table."""
    escaped = visible(text)
    for sign in "\\`*_{}[]<>|#":
        escaped = escaped.replace(sign, f"\\{sign}")
    return escaped


def _value(value: Any) -> str:
    if value is None:
        return "-"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."
