"""A picture and a film of the usual weight, made where they are needed."""

import random
from fractions import Fraction
from functools import cache

_SIDE, _ROWS = 256, 260
_NOISE = random.Random(1)


@cache
def picture() -> bytes:
    """A PNG image of 200 KB: noise, which no compression makes smaller."""
    import av

    frame = av.VideoFrame(_SIDE, _ROWS, "rgb24")
    frame.planes[0].update(_NOISE.randbytes(frame.planes[0].buffer_size))
    encoder = av.CodecContext.create("png", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = _SIDE, _ROWS, "rgb24"
    encoder.framerate = Fraction(1)
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


@cache
def film() -> bytes:
    """An MP4 like those that the fake makes for `orders.ORDER`."""
    from mock_server.media import Clip, Variant, render

    return render(Clip("benchmark", 720, 1280, 12), Variant.VIDEO).body
