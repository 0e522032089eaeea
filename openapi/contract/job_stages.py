"""The stages of a job, by the status values of both wire formats."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

_ORDER: Final[Mapping[str, int]] = {"queued": 0, "running": 1, "completed": 2, "failed": 2}
_END: Final = max(_ORDER.values())
# The status values of the OpenAI format; a dialect may have its own.
_USUAL: Final = {
    "queued": "queued",
    "running": "in_progress",
    "completed": "completed",
    "failed": "failed",
}
# The status values of the unified format, which no dialect changes; a cancelled job has failed.
_FURTHER: Final = {
    "pending": "queued",
    "processing": "running",
    "completed": "completed",
    "failed": "failed",
    "cancelled": "failed",
}


@dataclass(frozen=True)
class JobStages:
    """The stages of a job's life.

    ``words`` are the status values of the OpenAI format by stage.
    """

    words: Mapping[str, str] = field(default_factory=_USUAL.copy)

    def stage(self, word: object) -> str:
        """The stage of a status; empty for an unknown one."""
        return self._by_word.get(str(word), "")

    def rank(self, word: object) -> int | None:
        """The position of a status in a job's life; None for an unknown one."""
        return _ORDER.get(self.stage(word))

    def ended(self, word: object) -> bool:
        """Whether a job of that status has completed or failed."""
        return self.rank(word) == _END

    def running(self, word: object) -> bool:
        """Whether a job of that status is running."""
        return self.stage(word) == "running"

    def completed(self, word: object) -> bool:
        """Whether a job of that status has completed."""
        return self.stage(word) == "completed"

    def failed(self, word: object) -> bool:
        """Whether a job of that status has failed."""
        return self.stage(word) == "failed"

    @cached_property
    def _by_word(self) -> Mapping[str, str]:
        return _FURTHER | {word: stage for stage, word in reversed([*self.words.items()])}
