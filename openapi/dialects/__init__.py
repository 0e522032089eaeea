"""Dialects: the manners in which gateways that share this API's shape differ, as data.

One YAML file each; ``gateway.yaml`` shows and explains every key. A file of the user's own is read
the same way.
"""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
DEFAULT: Final = "gateway"


def names() -> tuple[str, ...]:
    """The dialects that come with the project, by file name."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
