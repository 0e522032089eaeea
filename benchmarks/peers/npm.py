"""Where npm puts the peers, and whether all that one needs is there."""

import json
import shutil
from collections.abc import Mapping
from importlib.metadata import version as version_of

from benchmarks.peers.peer import ROOT, Peer

NODE: Mapping[str, str] = {"node": "nodejs"}
JAVA: Mapping[str, str] = {**NODE, "java": "default-jre-headless"}
_MODULES = ROOT / ".tools" / "bench" / "node_modules"


def program(name: str) -> str:
    """The path of a command that one of the packages brings."""
    return str(_MODULES / ".bin" / name)


def missing(peer: Peer) -> str:
    """What a machine lacks for a peer, in words; empty where nothing is."""
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
