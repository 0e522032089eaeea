"""What stands in for the row of a model that no catalogue has, and what is read of its requests."""

import re

from openapi.catalogue.models import Model, Price

# What metrics call all such models: a caller can make up any number of names.
LABEL = "unlisted"
LONGEST_NAME = 128
_INFERRED = "no page and no row names the model"
_LONGEST_SECONDS = 600
_DIGITS = re.compile(r"\s*(\d{1,9})(?:[.]\d*)?\s*(?:s|sec|seconds)?\s*")


def unlisted(name: str) -> Model:
    """A row for a model that nobody lists: its price is unknown, all else inferred from others."""
    return Model(
        name=name,
        family="veo" if name.lower().startswith("veo") else "sora",
        status="available",
        price=Price("job", None, {}, _INFERRED, "inferred"),
        pages=(),
        like=(),
        sizes=(),
        seconds=(),
        default_size=None,
        default_seconds=8,
        queued_ms=10_000,
        per_second_ms=14_300,
        retired_on=None,
        line=0,
    )


def seconds_of(asked: object, default: int) -> int:
    """The length that is asked for in whole seconds, within what a film can have.

    ``default`` is for what says no number; every documented length says one.
    """
    found = _DIGITS.fullmatch(str(asked)) if asked else None
    seconds = int(found[1]) if found else default
    return max(1, min(_LONGEST_SECONDS, seconds))
