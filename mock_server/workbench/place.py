"""Which part of the page somebody looks at: the query of its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

# The tabs in their order, with their names.
TABS = {
    "jobs": "Jobs",
    "requests": "Requests",
    "clock": "Clock",
    "behaviour": "Scenarios and faults",
    "webhooks": "Webhooks",
    "bill": "Bill",
    "connect": "Connect",
}
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the page. ``tenant`` is the one that is looked at; empty if there is none yet."""

    query: Mapping[str, str]
    tenant: str = ""
    address: str = ""

    @property
    def tab(self) -> str:
        """The tab; the first one if the address names none."""
        wanted = self.get("tab")
        return wanted if wanted in TABS else next(iter(TABS))

    def get(self, name: str) -> str:
        """A value of the query, shortened; empty if there is none."""
        return self.query.get(name, "")[:_LONGEST]

    def number(self, name: str) -> int | None:
        """A value of the query as a number; None if it is none."""
        text = self.get(name)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004

    def link(self, *kept: str, **changed: object) -> str:
        """The address of another place: the tenant, the values ``kept`` and what is ``changed``."""
        values = {name: self.get(name) for name in ("tab", "key", *kept)}
        values |= {name: "" if value is None else str(value) for name, value in changed.items()}
        return f"?{urlencode({name: value for name, value in values.items() if value})}"
