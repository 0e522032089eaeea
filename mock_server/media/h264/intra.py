"""Slices that refer to no other picture: flat blocks, and blocks of raw samples."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, repeat
from typing import Final

from mock_server.media.h264.bits import ended, octets, se, ue
from mock_server.media.h264.parameter_sets import BLOCK
from mock_server.media.h264.slices import SliceHead

Samples = tuple[int, int, int]
# Of a block: its ink, the ink above it, whether that block is of raw samples, and its own detail.
Place = tuple[int, int, bool, bytes | None]
# Intra16x16PredMode and intra_chroma_pred_mode (tables 8-4 and 8-5) by what is predicted from.
_ABOVE: Final = (0, 2)
_LEFT: Final = (1, 1)
_NOTHING: Final = (2, 0)
# What is predicted where there is no neighbour (8.3.3.3 and 8.3.4).
_MIDDLE: Final = (128, 128, 128)
# mb_type in slices that refer to no picture (table 7-11).
_INTRA_16X16, _I_PCM = 1, 25
# coeff_token (table 9-5) of no coefficient and of one. The second of each is for blocks with a
# neighbour of raw samples, which counts as full of coefficients (9.2.1).
_NO_LEVEL: Final = ("1", "000011")
_ONE_LEVEL: Final = ("000101", "000000")
_NO_COLOUR_LEVEL, _ONE_COLOUR_LEVEL = "01", "000111"
# total_zeros of a single coefficient that is the first (tables 9-7 and 9-9).
_NO_ZEROS: Final = "1"
# At the quantiser in use a coefficient of 4 adds 1 to all samples of brightness, one of 2 to all
# samples of a colour (8.5.10 and 8.5.11).
_LEVEL_OF_ONE, _COLOUR_LEVEL_OF_ONE = 4, 2
# The least codes of a level that need a suffix of 4 bits, and of 12 (9.2.2.1).
_SHORT, _LONG = 14, 30
# In the place of a neighbour's ink.
_DETAILED, _OUTSIDE = -1, -2


@dataclass(frozen=True, slots=True)
class Blocks:
    """A part of a picture, as wide as the picture: the ink of each block, row by row.

    An ink is an index into ``inks``, the samples (Y, Cb, Cr) of each. ``details`` has the 256
    samples of brightness of the blocks that are not flat, by their number within the part.
    """

    rows: Sequence[bytes]
    inks: Sequence[Samples]
    details: Mapping[int, bytes]


def flat_slice(head: SliceHead, blocks: Blocks) -> bytes:
    """The part as a slice that is decoded without any other picture."""
    written, bits = bytearray(), [head.bits(moving=False)]
    for code, raw in _macroblocks(blocks):
        bits.append(code)
        if raw:
            # pcm_alignment_zero_bit
            written += octets("".join(bits)) + raw
            bits.clear()
    return head.unit(bytes(written) + ended("".join(bits)))


@dataclass(slots=True)
class _Row:
    """What the row below sees: the ink above each block, and whether it is of raw samples."""

    inks: list[int]
    raw: list[bool]


def _macroblocks(blocks: Blocks) -> Iterator[tuple[str, bytes]]:
    """The code of one block or several, and the raw samples that follow (7.3.5)."""
    columns = len(blocks.rows[0])
    detailed = {place // columns for place in blocks.details}
    plain = [False] * columns
    above = _Row([_OUTSIDE] * columns, plain)
    for number, inks in enumerate(blocks.rows):
        row = _Row([*inks], plain)
        if number not in detailed and row == above:
            yield _predicted(_ABOVE, _MIDDLE, _MIDDLE, crowded=False) * columns, b""
        else:
            row = _Row([], [])
            details = map(blocks.details.get, range(number * columns, (number + 1) * columns))
            alike = groupby(zip(inks, above.inks, above.raw, details, strict=True))
            yield from _row(blocks.inks, row, ((each, len(list(run))) for each, run in alike))
        above = row


def _row(
    inks: Sequence[Samples], row: _Row, runs: Iterable[tuple[Place, int]]
) -> Iterator[tuple[str, bytes]]:
    """Blocks of one row, by runs of those that are alike; notes them in ``row``."""
    left, is_raw_left = _OUTSIDE, False
    for (ink, over, is_raw_above, detail), length in runs:
        found = None if detail else _source(ink, left, over)
        if found:
            mode, source = found
            base = inks[source] if source >= 0 else _MIDDLE
            yield _predicted(mode, base, inks[ink], crowded=is_raw_left or is_raw_above), b""
            yield _predicted(_LEFT, _MIDDLE, _MIDDLE, crowded=is_raw_above) * (length - 1), b""
        else:
            yield from repeat((ue(_I_PCM), _raw(detail, inks[ink])), length)
        left, is_raw_left = _edge(ink, inks, detail and detail[BLOCK - 1 :: BLOCK]), not found
        row.inks.extend([_edge(ink, inks, detail and detail[-BLOCK:])] * length)
        row.raw.extend([is_raw_left] * length)


def _edge(ink: int, inks: Sequence[Samples], samples: bytes | None) -> int:
    """The ink that a neighbour sees of a block; ``samples`` are those between them, if detailed."""
    return ink if not samples or samples == bytes((inks[ink][0],)) * BLOCK else _DETAILED


def _source(ink: int, left: int, above: int) -> tuple[tuple[int, int], int] | None:
    """Where to predict a flat block from, and the ink there; None if all neighbours have detail."""
    if ink in (left, above):
        return (_LEFT if ink == left else _ABOVE), ink
    if left >= 0:
        return _LEFT, left
    if above >= 0:
        return _ABOVE, above
    return (_NOTHING, _OUTSIDE) if left == above == _OUTSIDE else None


@lru_cache(maxsize=1024)
def _predicted(mode: tuple[int, int], base: Samples, samples: Samples, *, crowded: bool) -> str:
    """A flat block as its difference from ``base``, which is predicted (7.3.5.1 and 7.3.5.3)."""
    brightness, *colours = (one - other for one, other in zip(samples, base, strict=True))
    # mb_type says the mode, and with 4 that differences of colour follow.
    bits = ue(_INTRA_16X16 + mode[0] + 4 * any(colours)) + ue(mode[1]) + se(0)
    bits += (
        _ONE_LEVEL[crowded] + _level(brightness * _LEVEL_OF_ONE)
        if brightness
        else _NO_LEVEL[crowded]
    )
    for colour in colours if any(colours) else ():
        bits += (
            _ONE_COLOUR_LEVEL + _level(colour * _COLOUR_LEVEL_OF_ONE)
            if colour
            else _NO_COLOUR_LEVEL
        )
    return bits


def _level(level: int) -> str:
    """A single coefficient other than 0, 1 and -1 (9.2.2), and that none comes before it."""
    code = (2 * level - 2 if level > 0 else -2 * level - 1) - 2
    if code < _SHORT:
        bits = "0" * code + "1"
    elif code < _LONG:
        bits = "0" * _SHORT + "1" + f"{code - _SHORT:04b}"
    else:
        bits = "0" * (_SHORT + 1) + "1" + f"{code - _LONG:012b}"
    return bits + _NO_ZEROS


def _raw(detail: bytes | None, samples: Samples) -> bytes:
    """The samples of a block after I_PCM (7.3.5)."""
    brightness, *colours = (bytes([sample]) for sample in samples)
    half = (BLOCK // 2) ** 2
    return (detail or brightness * BLOCK**2) + b"".join(colour * half for colour in colours)
