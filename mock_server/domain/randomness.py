"""The system's random source, asked for many bytes at once: asking it is what takes the time."""

import os
import random

_BLOCK = 16
_BLOCKS = 256


class SystemSource(random.SystemRandom):
    """Draws from blocks of random bytes, each of which is used once, by whichever thread."""

    def __init__(self) -> None:
        """Start without any."""
        super().__init__()
        self._blocks: list[bytes] = []
        # A copy of this process must not draw the same; Windows knows no such copies.
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._blocks.clear)

    def randbytes(self, n: int) -> bytes:
        """``n`` random bytes."""
        if n <= _BLOCK:
            return self._block()[:n]
        return b"".join(self._block() for _ in range(0, n, _BLOCK))[:n]

    def getrandbits(self, k: int) -> int:
        """A number of ``k`` random bits.

        Raises:
            ValueError: ``k`` is negative.
        """
        if k < 0:
            raise ValueError("the number of bits must not be negative")
        size = (k + 7) // 8
        return int.from_bytes(self.randbytes(size)) >> (size * 8 - k)

    def random(self) -> float:
        """A number from 0 up to 1, as fine as a float there can be."""
        return self.getrandbits(53) / (1 << 53)

    def _block(self) -> bytes:
        while True:
            try:
                return self._blocks.pop()
            except IndexError:
                many = os.urandom(_BLOCK * _BLOCKS)
                self._blocks += [
                    many[start : start + _BLOCK] for start in range(0, len(many), _BLOCK)
                ]


SYSTEM = SystemSource()
