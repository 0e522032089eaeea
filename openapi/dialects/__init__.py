"""Dialects: how gateways that share this API differ, as data.

There is one YAML file for each; ``gateway.yaml`` explains every key. Users' own files are read the
same way.
"""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
DEFAULT: Final = "gateway"


def names() -> tuple[str, ...]:
    """The dialects that come with the project, by file name."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
