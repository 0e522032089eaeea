"""Bits as text of ``0`` and ``1``, which Python joins and repeats faster than it shifts numbers."""

import re
from functools import lru_cache
from typing import Final

_FORBIDDEN: Final = re.compile(rb"\x00\x00(?=[\x00-\x03])")


@lru_cache(maxsize=4096)
def ue(number: int) -> str:
    """An unsigned number from 0 (9.1, Exp-Golomb)."""
    bits = f"{number + 1:b}"
    return "0" * (len(bits) - 1) + bits


def se(number: int) -> str:
    """A signed number (9.1.1)."""
    return ue(2 * number - 1 if number > 0 else -2 * number)


def octets(bits: str) -> bytes:
    """The bits as bytes, the last one filled up with zeros."""
    size = -(-len(bits) // 8)
    return int(bits.ljust(size * 8, "0"), 2).to_bytes(size) if bits else b""


def ended(bits: str) -> bytes:
    """The bits as bytes, with the stop bit that ends a payload (7.3.2.11)."""
    return octets(bits + "1")


def nal_unit(importance: int, kind: int, payload: bytes) -> bytes:
    """A unit of the stream (7.3.1); ``importance`` and ``kind`` are nal_ref_idc and nal_unit_type.

    No start code can occur in it (7.4.1.1).
    """
    return bytes([importance << 5 | kind]) + _FORBIDDEN.sub(b"\x00\x00\x03", payload)
