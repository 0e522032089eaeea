"""A picture and a film of the usual weight, made where they are needed."""

import random
from functools import cache
from io import BytesIO

_SIDE, _ROWS = 256, 260
_NOISE = random.Random(1)


@cache
def picture() -> bytes:
    """A PNG image of 200 KB: noise, which no compression makes smaller."""
    from PIL import Image

    file = BytesIO()
    Image.frombytes("RGB", (_SIDE, _ROWS), _NOISE.randbytes(_SIDE * _ROWS * 3)).save(file, "PNG")
    return file.getvalue()


@cache
def film() -> bytes:
    """An MP4 like those that the fake makes for `orders.ORDER`."""
    from mock_server.media import Clip, Variant, render

    return render(Clip("benchmark", 720, 1280, 12), Variant.VIDEO).body
