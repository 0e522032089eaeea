"""Servers that are broken on purpose, each in one way; every check is held to finding its own.

A defect wraps any ASGI application that keeps the contract.
"""

from contract_tests.defects import (
    access,
    content,
    lifecycle,
    listing,
    presence,
    requests,
    schema,
    status,
    syntax,
    timing,
)
from contract_tests.defects.defect import Defect

DEFECTS: tuple[Defect, ...] = (
    *schema.DEFECTS,
    *status.DEFECTS,
    *access.DEFECTS,
    *lifecycle.DEFECTS,
    *presence.DEFECTS,
    *content.DEFECTS,
    *listing.DEFECTS,
    *requests.DEFECTS,
    *timing.DEFECTS,
    *syntax.DEFECTS,
)
