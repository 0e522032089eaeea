"""How much the journals of one server keep."""

from typing import NamedTuple

_MIB = 1024 * 1024


class JournalLimits(NamedTuple):
    """``entries`` and bytes (``size``) of each tenant's journal, and bytes of all in ``total``.

    Bytes are those of the entries written down, in memory about. Where all journals together are
    too large, the largest gives way, so that no tenant drives out what another one keeps.
    """

    entries: int = 1000
    size: int = 16 * _MIB
    total: int = 256 * _MIB
