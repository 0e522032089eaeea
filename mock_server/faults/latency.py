"""Answers late: always by the same time, or by a random one."""

import asyncio
import random
from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Exchange, Fault, setting

FIXED, UNIFORM, NORMAL, EXPONENTIAL = "fixed", "uniform", "normal", "exponential"


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency(Fault):
    """``ms`` of real time on top, or a random time whose mean they are.

    ``distribution``: fixed, uniform (from 0 to twice ``ms``), normal (a quarter of ``ms`` is its
    deviation; never below 0) or exponential.
    """

    kind: ClassVar[str] = "latency"
    summary: ClassVar[str] = "The answer comes late, in real time."

    ms: float = setting(1000, minimum=0, maximum=3_600_000)
    distribution: str = setting(FIXED, enum=[FIXED, UNIFORM, NORMAL, EXPONENTIAL])

    async def __call__(self, exchange: Exchange) -> None:
        """Wait, then answer."""
        await asyncio.sleep(self.drawn(exchange.chance) / 1000)
        await exchange.proceed(exchange.send)

    def drawn(self, chance: random.Random) -> float:
        """How many milliseconds one request waits."""
        if self.distribution == UNIFORM:
            return chance.uniform(0, 2 * self.ms)
        if self.distribution == NORMAL:
            return max(0.0, chance.gauss(self.ms, self.ms / 4))
        if self.distribution == EXPONENTIAL:
            return chance.expovariate(1 / self.ms) if self.ms else 0
        return self.ms
