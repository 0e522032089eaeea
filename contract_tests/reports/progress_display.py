"""Shows on standard error what a run does: live on a terminal, else a line a stage."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from contract_tests.runner.progress import Progress

_REFRESHES_A_SECOND = 4


@dataclass
class _Display:
    """What a run does, drawn anew with each refresh."""

    progress: Progress
    spinner: Spinner

    def __rich__(self) -> Group:
        """The stage with its step, what is used up, and each job that is waited for."""
        progress = self.progress
        facts = f"{progress.counts().text}, {progress.elapsed_s:.0f} s"
        waits = [Text(f"  waits for {each.text}") for each in progress.waits]
        self.spinner.update(text=Text(progress.what))
        return Group(self.spinner, Text(f"  {facts}", style="dim"), *waits)


@contextmanager
def shown_progress(console: Console) -> Iterator[Progress]:
    """The progress of a run, shown on a console until the block ends."""
    if console.is_terminal and not console.is_dumb_terminal:
        progress = Progress()
        with Live(
            _Display(progress, Spinner("dots")),
            console=console,
            refresh_per_second=_REFRESHES_A_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        ):
            yield progress
    else:
        yield Progress(lambda progress: console.print(Text(progress.line), soft_wrap=True))
