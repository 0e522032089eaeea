"""How strictly the requests of a tenant are held to the contract."""

from enum import StrEnum


class RequestsMode(StrEnum):
    """``STRICT`` takes what is documented; ``LENIENT`` what the documented types allow.

    ``EXAMPLE`` besides answers for ids that nobody has, as the test suite of an SDK expects it.
    """

    STRICT = "strict"
    LENIENT = "lenient"
    EXAMPLE = "example"

    @property
    def is_lax(self) -> bool:
        """Whether it takes more than what is documented."""
        return self is not RequestsMode.STRICT
