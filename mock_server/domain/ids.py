"""Random ids in the forms of the real services, and the system's random source."""

import os
import random
import string
from collections.abc import Sequence

from mock_server.domain.scenario import between

_BLOCK = 16
_BLOCKS = 256


class SystemSource(random.SystemRandom):
    """The system's random source, read in blocks because reading it is slow. Safe for threads."""

    def __init__(self) -> None:
        """Start without random bytes."""
        super().__init__()
        self._blocks: list[bytes] = []
        # A forked process must not draw the same ids. Windows cannot fork.
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
        """A number from 0 to 1, excluding 1, with the 53 bits of a float."""
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


# Version and variant have fixed places among a UUID's bits (RFC 9562, 5.4).
_UUID_VERSION_4 = 4 << 76 | 0b10 << 62
_UUID_RANDOM = (1 << 128) - 1 ^ (0xF << 76 | 0b11 << 62)
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ALPHANUMERIC = string.ascii_letters + string.digits
# One letter for each byte. Some letters stand for five bytes and some for four.
_LETTERS = (_ALPHANUMERIC * 5)[:256].encode()


class IdSource:
    """Draws ids, and how long a job takes; a seeded ``random.Random`` makes them repeatable."""

    def __init__(self, source: random.Random) -> None:
        """Draw from ``source``."""
        self._source = source

    def between(self, quantiles: Sequence[float]) -> float:
        """A value drawn from a distribution that is given by evenly spaced quantiles."""
        return between(quantiles, self._source.random())

    def uuid(self) -> str:
        """A version-4 UUID, as in ``video_5c6a605a-30c0-4a6a-9dbd-d1d6cfdd9980``."""
        number = self._source.getrandbits(128) & _UUID_RANDOM | _UUID_VERSION_4
        digits = f"{number:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def ulid(self, now_ms: int) -> str:
        """A lower-case ULID: 48 bits of milliseconds, 80 random bits, Crockford's base 32."""
        number = (now_ms & (1 << 48) - 1) << 80 | self._source.getrandbits(80)
        return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))

    def hexadecimal(self, digits: int) -> str:
        """``digits`` lower-case hexadecimal digits."""
        return f"{self._source.getrandbits(4 * digits):0{digits}x}"

    def alphanumeric(self, length: int) -> str:
        """``length`` letters and digits."""
        return "".join(self._source.choices(_ALPHANUMERIC, k=length))

    def letters(self, length: int) -> str:
        """``length`` letters and digits, drawn together: much faster than ``alphanumeric``."""
        return self._source.randbytes(length).translate(_LETTERS).decode()
