"""What a row of the table is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.bench import Bench
from benchmarks.peers import OTHERS
from benchmarks.peers.fake import FAKE
from benchmarks.results.figures import Figures
from benchmarks.rounds import Turns

ALL_OTHERS = tuple(peer.name for peer in OTHERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a row tells, whose row it is, and whom it is compared with."""

    name: str
    title: str
    unit: str
    more_is_better: bool = False
    subject: str = FAKE.name
    against: tuple[str, ...] = ALL_OTHERS

    def turns(self, bench: Bench) -> Turns:
        """The subject and those of its peers that the run has."""
        return Turns([self.subject, *(name for name in self.against if name in bench.peers)])

    def figures(self, turns: Turns, lacks: dict[str, list[str]] | None = None) -> Figures:
        """What everybody's turns came to."""
        return Figures(
            name=self.name,
            title=self.title,
            unit=self.unit,
            more_is_better=self.more_is_better,
            subject=self.subject,
            values=turns.values,
            left_out=turns.left_out,
            lacks=lacks or {},
        )


class Row(Protocol):
    """Measures one thing, or a few that come of the same work."""

    @property
    def headings(self) -> Sequence[Heading]:
        """What it measures."""

    def measure(self, bench: Bench) -> Sequence[Figures]:
        """Figures for each heading; whoever cannot be measured is left out with a reason."""
