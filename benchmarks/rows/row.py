"""What a row of the table is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.bench import Bench, Turns
from benchmarks.peers import OTHERS
from benchmarks.peers.fake import FAKE
from benchmarks.results.figures import Figures

ALL_OTHERS = tuple(peer.name for peer in OTHERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The name and unit of a row, its subject, and the peers it is compared with."""

    name: str
    title: str
    unit: str
    more_is_better: bool = False
    subject: str = FAKE.name
    against: tuple[str, ...] = ALL_OTHERS

    def turns(self, bench: Bench) -> Turns:
        """The turns of the subject and of its peers in this run."""
        return Turns([self.subject, *(name for name in self.against if name in bench.peers)])

    def figures(self, turns: Turns, lacks: dict[str, list[str]] | None = None) -> Figures:
        """The figures of all turns."""
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
    """Measures one thing, or several with the same work."""

    @property
    def headings(self) -> Sequence[Heading]:
        """What it measures."""

    def measure(self, bench: Bench) -> Sequence[Figures]:
        """Return figures for each heading; a peer that cannot be measured is left out."""
