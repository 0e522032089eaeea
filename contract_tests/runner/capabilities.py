"""What a target allows; checks ask for these and never for which target it is."""

from enum import StrEnum


class Capability(StrEnum):
    """One thing a target allows."""

    FREE = "creating jobs costs nothing"
    CONTROL = "its clock stands still and is moved by the run"
    FAILURES = "jobs can be made to fail"
    OTHER_KEY = "there is a second key with an account of its own"
