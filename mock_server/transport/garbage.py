"""Settings of Python's garbage collector: off while a server is built, rare while it serves."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused(*, for_good: bool = False) -> Iterator[None]:
    """Disable collection while long-lived objects are built.

    With ``for_good`` they live as long as the process and are excluded from later collections too.
    Measured: collections took a tenth of a start, a fifth within a test suite, and freed 2,000 of
    130,000 objects.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        if for_good:
            gc.freeze()
    finally:
        if enabled:
            gc.enable()


def spare() -> None:
    """Keep collections of long-lived jobs from delaying requests.

    Measured over 50,000 creates: a pause of 175 ms with Python's defaults, under 20 ms with these.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
