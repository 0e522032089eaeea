"""The contract of this package as a build makes it, and the pages it is built from."""

from typing import Any

import pytest

import openapi
from openapi.building.build import Sources, build
from openapi.pages.documented import DocumentedPage, load_pages


@pytest.fixture(scope="session")
def pages() -> list[DocumentedPage]:
    """The documented pages of this package."""
    return load_pages(openapi.DOCUMENTED)


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """The built contract; tests read it only."""
    return build(Sources(openapi.DOCUMENTED, openapi.OVERLAY, openapi.MODELS)).contract
