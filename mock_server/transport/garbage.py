"""When Python looks for garbage: not while a server is made, and seldom while it serves."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused(*, for_good: bool = False) -> Iterator[None]:
    """No search while something is made that stays.

    ``for_good``: it stays as long as the process, which is a server's own, and is never searched.
    Measured: the searches were a tenth of a start, a fifth within a test suite, and found 2,000 of
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
    """Keep the collector from stopping requests to look at jobs that are there to stay.

    Measured: 50,000 creates met a pause of 175 ms with its defaults, of under 20 ms with these.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
