"""Writes MP4 files with one H.264 stream, the index first (ISO/IEC 14496-12 and 14496-15)."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_MATRIX: Final = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_MILLISECONDS: Final = 1000
# Ticks of the stream's clock in a picture.
_TICKS: Final = 512
_UNDETERMINED: Final = 0x55C4  # the language "und"
_LENGTH_BYTES: Final = 4
_FILE_TYPE: Final = b"isom\0\0\2\0isomiso2avc1mp41"


@dataclass(frozen=True, slots=True)
class Stream:
    """An H.264 stream: sides in pixels, pictures a second, both parameter sets as units."""

    width: int
    height: int
    rate: int
    sequence_parameters: bytes
    picture_parameters: bytes


def unit_of_sample(unit: bytes) -> bytes:
    """A unit of the stream as it stands in a sample, after its length."""
    return len(unit).to_bytes(_LENGTH_BYTES) + unit


def mp4(stream: Stream, sizes: Sequence[int], keys: Sequence[int], data: Sequence[bytes]) -> bytes:
    """A file of the samples in ``data``, one a picture; ``sizes`` are theirs, in bytes.

    ``keys`` are the numbers, from 0, of the pictures that refer to no other.
    """
    head = _box(b"ftyp", _FILE_TYPE)
    size = len(_movie(stream, sizes, keys, 0))
    begin = len(head) + size + 8
    movie = _movie(stream, sizes, keys, begin)
    return b"".join((head, movie, struct.pack(">I4s", sum(sizes) + 8, b"mdat"), *data))


def _movie(stream: Stream, sizes: Sequence[int], keys: Sequence[int], begin: int) -> bytes:
    length = len(sizes) * _MILLISECONDS // stream.rate
    header = struct.pack(">IIIIIH", 0, 0, _MILLISECONDS, length, 0x10000, 0x100)
    header += bytes(10) + _MATRIX + bytes(24) + struct.pack(">I", 2)
    track = struct.pack(">IIIII", 0, 0, 1, 0, length) + bytes(16) + _MATRIX
    track += struct.pack(">II", stream.width << 16, stream.height << 16)
    media = struct.pack(
        ">IIIIHH", 0, 0, stream.rate * _TICKS, len(sizes) * _TICKS, _UNDETERMINED, 0
    )
    handler = bytes(4) + b"vide" + bytes(12) + b"video\0"
    return _box(
        b"moov",
        _full(b"mvhd", header),
        _box(
            b"trak",
            _full(b"tkhd", track, flags=3),
            _box(
                b"mdia",
                _full(b"mdhd", media),
                _full(b"hdlr", handler),
                _box(
                    b"minf",
                    _full(b"vmhd", bytes(8), flags=1),
                    _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", flags=1))),
                    _samples(stream, sizes, keys, begin),
                ),
            ),
        ),
    )


def _samples(stream: Stream, sizes: Sequence[int], keys: Sequence[int], begin: int) -> bytes:
    """The sample table: all samples are in one chunk, which begins at ``begin``."""
    count = len(sizes)
    return _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), _description(stream)),
        _full(b"stts", _numbers(1, count, _TICKS)),
        _full(b"stss", _numbers(len(keys), *(key + 1 for key in keys))),
        _full(b"stsc", _numbers(1, 1, count, 1)),
        _full(b"stsz", _numbers(0, count, *sizes)),
        _full(b"stco", _numbers(1, begin)),
    )


def _description(stream: Stream) -> bytes:
    sequence, picture = stream.sequence_parameters, stream.picture_parameters
    # AVCDecoderConfigurationRecord: the version, profile and level, lengths of four bytes.
    configuration = bytes((1, *sequence[1:4], 0xFC | _LENGTH_BYTES - 1, 0xE1))
    configuration += len(sequence).to_bytes(2) + sequence
    configuration += b"\1" + len(picture).to_bytes(2) + picture
    entry = bytes(6) + b"\0\1" + bytes(16) + struct.pack(">HH", stream.width, stream.height)
    entry += struct.pack(">IIIH", 72 << 16, 72 << 16, 0, 1) + bytes(32)
    entry += struct.pack(">Hh", 24, -1)
    return _box(b"avc1", entry, _box(b"avcC", configuration))


def _numbers(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


def _box(kind: bytes, *parts: bytes) -> bytes:
    size = 8 + sum(map(len, parts))
    return b"".join((size.to_bytes(4), kind, *parts))


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    """A box with a version, 0, and flags."""
    return _box(kind, flags.to_bytes(4), *parts)
