"""Other services that sell queued jobs, each an OpenAPI document with roles (``x-job``)."""

from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> tuple[str, ...]:
    """The names of the shipped services."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
