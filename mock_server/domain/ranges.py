"""The ranges of numbers that users choose, and fields of settings with their range and help text.

Every way to set such a number, and the document of the control API, take its range from here.
Together they keep all computed instants and spans within 64 bits, which JSON and the stores can
represent.
"""

from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers from ``least`` to ``most``, both included."""

    least: float
    most: float

    def __contains__(self, value: object) -> bool:
        """Whether a value is a number within the range; booleans and ``nan`` are not."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return self.least <= value <= self.most

    def __str__(self) -> str:
        """The range as error messages name it."""
        return f"from {self.least:,g} to {self.most:,.0f}"

    @property
    def limits(self) -> dict[str, float]:
        """The range as keywords of JSON Schema."""
        return {"minimum": self.least, "maximum": self.most}


# Clock seconds per real second.
SPEED = Range(0.001, 100_000)
# Seconds that a clock is advanced by, that a fault lasts or that a phase of a job takes.
SPAN_S = Range(0, 1_000_000_000)
# The same where zero is not allowed; instants are milliseconds.
POSITIVE_SPAN_S = Range(0.001, 1_000_000_000)
# From 1970 to the year 3000, in milliseconds.
INSTANT_MS = Range(0, 32_503_680_000_000)
# Numbers of requests or jobs.
COUNT = Range(0, 1_000_000_000)
POSITIVE_COUNT = Range(1, 1_000_000_000)
# The weight of a scenario in a mix.
WEIGHT = Range(0.001, 1_000_000)
# A phase's length as a multiple of the model's usual time.
TIMES = Range(0, 1_000_000)


def setting(
    default: T, within: Range | None, meaning: str, *, option: str, metavar: str | None = None
) -> T:
    """A field of a dataclass of settings, from which the command line makes an option.

    ``option`` is its name without dashes, ``meaning`` its help text. Without a range the option can
    be repeated.
    """
    details = {"within": within, "meaning": meaning, "option": option, "metavar": metavar}
    default_field: T = field(default=default, metadata=details)
    return default_field
