"""A kind of input: how large it is taken, and what is done with one of a size."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``ID`` in its target is the id of what was made last before.

    ``status`` is what it must be answered with, whatever it is where that is None; ``method`` is
    POST where there is a body.
    """

    target: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = 200
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """``size`` is the smaller one; the larger, twice that, is near the most that is taken.

    ``request`` is counted; ``before`` puts in place, uncounted, what its cost may hang on.
    """

    name: str
    size: int
    request: Callable[[int], Request]
    before: Callable[[int], list[Request]] = lambda _size: []
