"""A request passes through few files, so that a reader can follow it."""

import asyncio

from benchmarks.files_entered import LIMITS, files_entered


def test_a_request_enters_few_files() -> None:
    """A JSON create and a poll call functions of no more files than their limits."""
    found = asyncio.run(files_entered())

    above = {name: files for name, files in found.items() if len(files) > LIMITS[name]}
    assert found.keys() == LIMITS.keys()
    assert above == {}
