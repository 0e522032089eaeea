"""What a run has made, written to a file at once, so that a crash leaves it behind."""

import json
from pathlib import Path


class Ledger:
    """The jobs that a run made, in order: id and operation."""

    def __init__(self, path: Path | None = None) -> None:
        """Write to ``path`` too, one JSON object a line."""
        self._path = path
        self._entries: list[tuple[str, str]] = []

    def add(self, job: str, operation: str) -> None:
        """Note a job; an empty id is one whose answer named none."""
        self._entries.append((job, operation))
        if self._path:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"id": job, "operation": operation}) + "\n")

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids, each once."""
        return tuple(dict.fromkeys(job for job, _ in self._entries if job))

    def has(self, job: str) -> bool:
        """Whether the run made that job."""
        return any(job == made for made, _ in self._entries)

    def __len__(self) -> int:
        """How many were made, those without an id included."""
        return len(self._entries)
