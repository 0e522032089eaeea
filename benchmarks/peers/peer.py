"""A server to compare with: what it needs, and how a run starts it."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version as version_of
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
    """Do nothing between two rounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A server to measure.

    ``command`` writes the files that the server reads and returns its command line; ``setting``
    describes that for readers. ``needs`` maps programs to their Debian packages. ``keeps`` says
    whether creates take memory for good, ``forgets`` what is not kept nevertheless. ``warm_s`` is
    the time under load before a row is measured. ``rest`` is called between two rounds.
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


NODE: Mapping[str, str] = {"node": "nodejs"}
JAVA: Mapping[str, str] = {**NODE, "java": "default-jre-headless"}
_MODULES = ROOT / ".tools" / "bench" / "node_modules"


def program(name: str) -> str:
    """The path of a command that one of the packages brings."""
    return str(_MODULES / ".bin" / name)


def missing(peer: Peer) -> str:
    """Describe what this machine lacks for a peer; empty if nothing."""
    absent = [name for name in peer.needs if shutil.which(name) is None]
    if absent:
        packages = " ".join(dict.fromkeys(peer.needs[name] for name in absent))
        return f"needs {' and '.join(absent)} (Debian: {packages})"
    if peer.package and not (_MODULES / peer.package).is_dir():
        return f"needs npm's {peer.package}, which `make bench` installs (Debian: npm)"
    return ""


def version(peer: Peer) -> str:
    """The version that is installed; `missing` has nothing to say about the peer."""
    if peer.package is None:
        return version_of("video-gateway-mock")
    package = json.loads((_MODULES / peer.package / "package.json").read_text(encoding="utf-8"))
    return str(package["version"])
