"""What a peer is: a server that can be asked for videos, and how a run starts it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "openapi" / "gateway.yaml"
# What a peer that keeps no jobs is asked about.
ANY_JOB = "video_1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server runs: an empty folder of its own, its port, and what ends with it."""

    folder: Path
    port: int
    until_it_ends: ExitStack


def rest_nothing(_url: str) -> None:
    """Nothing is to be done between two rounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A server to measure.

    ``command`` writes what the server reads into its place and says how it is started; ``setting``
    tells people the same. ``needs`` are programs with the Debian package that has each. ``keeps``
    tells whether creates take memory that stays taken, ``forgets`` of what nothing is kept all the
    same. ``warm_s`` is how long it is under load before a row is measured. ``rest`` is called
    between two rounds.
    """

    name: str
    title: str
    package: str | None = None
    setting: str
    command: Callable[[Place], Sequence[str]]
    needs: Mapping[str, str] = field(default_factory=dict)
    keeps: bool = False
    forgets: str = ""
    warm_s: float = 1
    rest: Callable[[str], None] = rest_nothing

    @property
    def is_fake(self) -> bool:
        """Whether it is this fake in one of its forms, and takes commands of the control API."""
        return self.package is None
