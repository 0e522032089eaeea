"""Servers that are broken on purpose, each in one way; every check has a defect that it must find.

A defect wraps an ASGI application that follows the contract.
"""

from contract_tests.defects import (
    access,
    agreement,
    content,
    credentials,
    files,
    lifecycle,
    listing,
    presence,
    protocol,
    refusals,
    requests,
    schema,
    shown_jobs,
    status,
    strictness,
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
    *protocol.DEFECTS,
    *credentials.DEFECTS,
    *refusals.DEFECTS,
    *strictness.DEFECTS,
    *shown_jobs.DEFECTS,
    *agreement.DEFECTS,
    *files.DEFECTS,
)
