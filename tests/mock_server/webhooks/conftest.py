"""A receiver for a test's own."""

from collections.abc import Iterator

import pytest

from tests.mock_server.webhooks.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that answers 200 by default."""
    with receiving() as receiver:
        yield receiver
