"""Reads many stored facts where one that cannot be used must not hide the others."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from mock_server.stores.protocol import StoredStateError

T = TypeVar("T")
_log = logging.getLogger(__name__)


def readable(decode: Callable[[Any], T], stored: Iterable[Any]) -> Iterator[T]:
    """What can be decoded, in order; the rest is logged and passed over."""
    for raw in stored:
        try:
            yield decode(raw)
        except StoredStateError as error:
            _log.warning("passed over: %s", error)
