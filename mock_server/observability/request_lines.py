"""One short, coloured line a request, for a person who watches the server's terminal."""

from rich.console import Console
from rich.text import Text

from mock_server.http.exchange import Exchange
from openapi.documents.text import visible

_LONGEST_PATH, _LONGEST_MESSAGE = 120, 300
# By the first digit of the status; 0 is a connection that was closed without a response.
_COLOURS = {0: "magenta", 2: "green", 3: "cyan", 4: "yellow", 5: "red"}
_NO_RESPONSE = "no response"


class RequestLines:
    """Prints a line for each exchange: time, request, status, job, and why it was refused."""

    def __init__(self, console: Console | None = None) -> None:
        """Print to ``console``; to standard error by default."""
        self._console = console or Console(stderr=True, markup=False, highlight=False)

    def __call__(self, exchange: Exchange) -> None:
        """Print the line of one exchange."""
        # Real time, as in a log; the tenant's own clock may stand still.
        line = Text(f"{self._console.get_datetime():%H:%M:%S}", style="dim")
        line.append(f"  {exchange.method} {_cut(exchange.path, _LONGEST_PATH)}", style="default")
        colour = _COLOURS.get(exchange.status // 100, "default")
        line.append(f"  {exchange.status or _NO_RESPONSE}", style=f"not dim bold {colour}")
        if job := _job(exchange):
            line.append(f"  {visible(job)}", style="not dim cyan")
        if exchange.faults:
            faults = ", ".join(each.kind for each in exchange.faults)
            line.append(f"  fault {faults}", style="not dim magenta")
        if exchange.error_message:
            line.append(f"  {_cut(exchange.error_message, _LONGEST_MESSAGE)}", style=colour)
        self._console.print(line, soft_wrap=True)


def _job(exchange: Exchange) -> str:
    """The id of the job that a request created; empty if it created none."""
    return "" if exchange.request is None else exchange.request.noted.get("job", "")


def _cut(text: str, longest: int) -> str:
    return visible(text if len(text) <= longest else f"{text[:longest]}...")
