"""The tables of a run on a terminal."""

from rich.console import Console
from rich.table import Table

from benchmarks.results.figures import Results
from benchmarks.results.tables import TABLES


def show(results: Results, console: Console) -> None:
    """Print all tables."""
    for make in TABLES.values():
        head, *body = make(results)
        table = Table(*head, show_lines=True)
        for line in body:
            table.add_row(*line)
        console.print(table)
