"""One line a request for a person who watches the guard, and a summary of what passed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from contract_tests.guard.guard import Guard, Refusal
from contract_tests.reports.report import redact
from contract_tests.reports.spending import counted
from contract_tests.wire.exchange import Exchange, Request
from openapi.documents.text import visible

_LONGEST_TARGET, _LONGEST_REASON = 120, 200
_COLOURS = {2: "green", 3: "cyan", 4: "yellow", 5: "red"}


@dataclass(frozen=True)
class TrafficLines:
    """Prints a line for each request of a client: what came of it, and what is used up."""

    guard: Guard
    console: Console

    def __call__(self, request: Request, outcome: Exchange | Refusal) -> None:
        """Print the line of a request."""
        line = Text(f"{self.console.get_datetime():%H:%M:%S}", style="dim")
        target = visible(redact(request.target))
        line.append(f"  {request.method} {_short(target, _LONGEST_TARGET)}", style="default")
        for text, style in _outcome(outcome):
            line.append(f"  {text}", style=style)
        line.append(f"  {used(self.guard)}", style="dim")
        self.console.print(line, soft_wrap=True)


def _outcome(outcome: Exchange | Refusal) -> Iterator[tuple[str, str]]:
    if isinstance(outcome, Refusal):
        yield "not sent", "not dim bold magenta"
        yield _short(visible(outcome.why), _LONGEST_REASON), "magenta"
    elif outcome.reply_or_none is None:
        yield "no response", "not dim bold magenta"
        yield _short(visible(redact(outcome.trouble)), _LONGEST_REASON), "magenta"
    else:
        reply = outcome.reply_or_none
        yield f"{reply.status}", f"not dim bold {_COLOURS.get(reply.status // 100, 'default')}"
        if reply.job and outcome.request.method == "POST":
            yield _short(visible(reply.job), _LONGEST_TARGET), "not dim cyan"
        yield f"{reply.elapsed_s:.2f} s", "dim"


def used(guard: Guard) -> str:
    """The jobs and the money used up so far, with their limits."""
    policy = guard.policy
    limit = "" if policy.limits.budget is None else f" of {policy.limits.budget}"
    jobs = f"{counted(policy.spent, 'job')}{limit}"
    if policy.purse is None:
        return jobs
    return f"{jobs}, ${policy.purse.spent_usd:.2f} of ${policy.purse.budget_usd:.2f}"


def summary(guard: Guard, cost: str) -> Iterator[str]:
    """What passed the guard, in a few lines; ``cost`` is what it cost, as text."""
    count = counted(len(guard.exchanges), "request")
    yield f"{count}, {used(guard)}; list price of the jobs made: {cost}"
    for why, times in sorted(guard.refusals.items()):
        yield f"  not sent: {_short(visible(why), _LONGEST_REASON)} ({counted(times, 'request')})"


def summary_data(guard: Guard, url: str, usd: float | None) -> Mapping[str, Any]:
    """The same for programs."""
    policy = guard.policy
    return {
        "target": url,
        "requests": len(guard.exchanges),
        "jobs": policy.spent,
        "budget_jobs": policy.limits.budget,
        "usd": usd,
        "spent_usd": policy.purse and round(policy.purse.spent_usd, 4),
        "budget_usd": policy.purse and policy.purse.budget_usd,
        "jobs_created": list(policy.ledger.ids),
        "not_sent": dict(guard.refusals),
    }


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."
