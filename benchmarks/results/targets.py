"""What the figures are held to, and whether they are met."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.results.figures import Results


class Verdict(StrEnum):
    """What became of a target; the words stand in the table."""

    MET = "met"
    NOT_MET = "not met"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A row's subject is to be so many times as good as a peer; ``aim`` is what is hoped for."""

    row: str
    peer: str
    times: float
    aim: float | None = None

    def figure(self, results: Results) -> float | None:
        """The median of the ratios."""
        row = results.row(self.row)
        ratio = row and row.ratio(self.peer)
        return ratio.median if ratio else None

    def verdict(self, results: Results) -> Verdict:
        """Whether the median of the ratios is enough."""
        found = self.figure(results)
        return _verdict(found, met=found is not None and found >= self.times)

    def shown(self, results: Results) -> str:
        """The target in words."""
        titles = {each.name: each.title for each in results.entrants}
        aim = f", aim {self.aim:g}" if self.aim else ""
        return f"{titles.get(self.peer, self.peer)} ≥ {self.times:g}{aim}"


@dataclass(frozen=True, slots=True)
class Below:
    """The median of a row's subject itself is to be below a limit, in the row's unit."""

    row: str
    limit: float

    def figure(self, results: Results) -> float | None:
        """The subject's median."""
        row = results.row(self.row)
        return row.middle(row.subject) if row else None

    def verdict(self, results: Results) -> Verdict:
        """Whether the subject's median is low enough."""
        found = self.figure(results)
        return _verdict(found, met=found is not None and found < self.limit)

    def shown(self, results: Results) -> str:
        """The target in words."""
        row = results.row(self.row)
        return f"< {self.limit:g} {row.unit if row else ''}".rstrip()


Target = AtLeast | Below


def _verdict(found: float | None, *, met: bool) -> Verdict:
    if found is None:
        return Verdict.NOT_MEASURED
    return Verdict.MET if met else Verdict.NOT_MET


TARGETS: Sequence[Target] = (
    AtLeast("cold-start", "prism", 2, aim=3),
    AtLeast("cold-start", "mockoon", 1),
    AtLeast("create-json", "prism", 2.5),
    AtLeast("create-json", "aimock", 1.3),
    AtLeast("create-form", "prism", 2.5),
    AtLeast("poll", "prism", 2.5),
    AtLeast("poll", "aimock", 1.3),
    AtLeast("create-sqlite", "wiremock", 0.4, aim=0.8),
    AtLeast("create-redis", "wiremock", 0.4, aim=0.8),
    AtLeast("poll-sqlite", "wiremock", 0.6, aim=0.8),
    AtLeast("poll-redis", "wiremock", 0.6, aim=0.8),
    Below("memory-jobs", 80),
    Below("first-render", 250),
    # On one core a request may have to wait for a turn or two of a render thread.
    Below("first-render-others", 10),
)


def targets_of(row: str, targets: Sequence[Target] = TARGETS) -> Iterator[Target]:
    """What a row is held to."""
    return (target for target in targets if target.row == row)
