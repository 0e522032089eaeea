"""Answers late: always by the same time, or by a random one."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """``ms`` of real time on top; ``distribution`` fixed, uniform (0 to twice ms), exponential."""

    kind: ClassVar[str] = "latency"
    summary: ClassVar[str] = "The answer comes late, in real time."

    ms: float = 1000
    distribution: str = "fixed"

    async def __call__(self, exchange: Exchange) -> None:
        """Wait, then answer."""
        await asyncio.sleep(self._drawn(exchange) / 1000)
        await exchange.proceed(exchange.send)

    def _drawn(self, exchange: Exchange) -> float:
        if self.distribution == "uniform":
            return exchange.chance.uniform(0, 2 * self.ms)
        if self.distribution == "exponential":
            return exchange.chance.expovariate(1 / self.ms) if self.ms else 0
        return self.ms
