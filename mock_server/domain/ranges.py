"""The ranges of the numbers that callers choose.

Every way to set such a number, and the control API's document, take its range from here. Together
they keep all instants and spans that are ever computed within 64 bits, which is what JSON and the
stores can hold.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers from ``least`` to ``most``, both included."""

    least: float
    most: float

    def __contains__(self, value: object) -> bool:
        """Whether a value is a number within the range; a boolean is none, nor is ``nan``."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return self.least <= value <= self.most

    def __str__(self) -> str:
        """The range in words."""
        return f"from {self.least:,g} to {self.most:,.0f}"

    @property
    def limits(self) -> dict[str, float]:
        """The range in the words of JSON Schema."""
        return {"minimum": self.least, "maximum": self.most}


# Clock seconds a real second; at most, a day is 270 years.
SPEED = Range(0.001, 100_000)
# Seconds: what a clock is moved by, what a fault lasts, how long a part of a job's life is.
SPAN_S = Range(0, 1_000_000_000)
# The same where no time at all makes no sense; instants are milliseconds.
POSITIVE_SPAN_S = Range(0.001, 1_000_000_000)
# From 1970 to the year 3000, in milliseconds.
INSTANT_MS = Range(0, 32_503_680_000_000)
# How many requests or jobs.
COUNT = Range(0, 1_000_000_000)
POSITIVE_COUNT = Range(1, 1_000_000_000)
# One scenario's share in a mix.
WEIGHT = Range(0.001, 1_000_000)
# How many times a model's own time a part of a job's life takes.
TIMES = Range(0, 1_000_000)
