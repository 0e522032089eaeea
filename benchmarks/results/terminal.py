"""The tables of a run on a terminal."""

from rich.console import Console
from rich.table import Table

from benchmarks.results.figures import Results
from benchmarks.results.tables import TABLES

_WIDE = 200


def show(results: Results) -> None:
    """Print all tables; in a log, where no screen ends, each cell has the room that it needs."""
    console = Console()
    if not console.is_terminal:
        console.width = _WIDE
    for make in TABLES.values():
        head, *body = make(results)
        if not body:
            continue
        table = Table(*head, show_lines=True)
        for line in body:
            table.add_row(*line)
        console.print(table)
