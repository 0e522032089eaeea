"""The id forms of the real services, drawn from one random source that tests can seed."""

import random
import string

# Version and variant have fixed places among a UUID's bits (RFC 9562, 5.4).
_UUID_VERSION_4 = 4 << 76 | 0b10 << 62
_UUID_RANDOM = (1 << 128) - 1 ^ (0xF << 76 | 0b11 << 62)
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ALPHANUMERIC = string.ascii_letters + string.digits
# One letter for each byte; that some stand for five bytes and some for four matters to nobody.
_LETTERS = (_ALPHANUMERIC * 5)[:256].encode()


class IdSource:
    """Draws ids; give it a seeded ``random.Random`` to have the same ids again."""

    def __init__(self, source: random.Random) -> None:
        """Draw from ``source``."""
        self._source = source

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
        """``length`` letters and digits, drawn at once: many times faster than one by one."""
        return self._source.randbytes(length).translate(_LETTERS).decode()
