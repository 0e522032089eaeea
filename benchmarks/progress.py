"""Tells on standard error what a run does now, and how far it is."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars


class Progress:
    """A bar over all rows."""

    def __init__(self, rows: int) -> None:
        """Expect so many rows."""
        self._bars = Bars(
            BarColumn(20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=Console(stderr=True),
        )
        self._task = self._bars.add_task("", total=rows)

    def __enter__(self) -> "Progress":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def tell(self, what: str) -> None:
        """Say what is done now."""
        self._bars.update(self._task, description=what)

    def done(self) -> None:
        """One row more is done."""
        self._bars.advance(self._task)
