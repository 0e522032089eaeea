"""Delays responses by a fixed or a random time."""

import asyncio
import random
from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Fault, FaultContext, setting

FIXED, UNIFORM, NORMAL, EXPONENTIAL = "fixed", "uniform", "normal", "exponential"


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency(Fault):
    """Wait ``ms`` of real time before the request is handled, or a random time of that mean.

    ``distribution`` is fixed, uniform (0 to twice ``ms``), normal (with a standard deviation of a
    quarter of ``ms``, never below 0) or exponential.
    """

    kind: ClassVar[str] = "latency"
    summary: ClassVar[str] = "The response is delayed, in real time."

    ms: float = setting(1000, minimum=0, maximum=3_600_000)
    distribution: str = setting(FIXED, enum=[FIXED, UNIFORM, NORMAL, EXPONENTIAL])

    async def __call__(self, context: FaultContext) -> None:
        await asyncio.sleep(self.draw(context.chance) / 1000)
        await context.proceed(context.send)

    def draw(self, chance: random.Random) -> float:
        """Draw the delay of one request in milliseconds."""
        if self.distribution == UNIFORM:
            return chance.uniform(0, 2 * self.ms)
        if self.distribution == NORMAL:
            return max(0.0, chance.gauss(self.ms, self.ms / 4))
        if self.distribution == EXPONENTIAL:
            return chance.expovariate(1 / self.ms) if self.ms else 0
        return self.ms
