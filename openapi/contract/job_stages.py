"""How far a job is, by the status words of both wire formats."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

_ORDER: Final[Mapping[str, int]] = {"queued": 0, "running": 1, "completed": 2, "failed": 2}
_END: Final = max(_ORDER.values())
# The words of the OpenAI format; a dialect may have its own.
_USUAL: Final = {
    "queued": "queued",
    "running": "in_progress",
    "completed": "completed",
    "failed": "failed",
}
# The words of the unified format, which no dialect changes; a cancelled job has failed.
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

    ``words`` are the status words of the OpenAI format by stage.
    """

    words: Mapping[str, str] = field(default_factory=_USUAL.copy)

    def stage(self, word: object) -> str:
        """The stage that a status word stands for; empty for an unknown word."""
        return self._by_word.get(str(word), "")

    def rank(self, word: object) -> int | None:
        """The position of a status in a job's life; None for an unknown word."""
        return _ORDER.get(self.stage(word))

    def ended(self, word: object) -> bool:
        """Whether a job of that status has ended, well or not."""
        return self.rank(word) == _END

    def running(self, word: object) -> bool:
        """Whether a job of that status runs."""
        return self.stage(word) == "running"

    def completed(self, word: object) -> bool:
        """Whether a job of that status has ended well."""
        return self.stage(word) == "completed"

    def failed(self, word: object) -> bool:
        """Whether a job of that status has ended without a video."""
        return self.stage(word) == "failed"

    @cached_property
    def _by_word(self) -> Mapping[str, str]:
        return _FURTHER | {word: stage for stage, word in reversed([*self.words.items()])}
