"""How many examples a property is tried with: the two Hypothesis profiles of the suite.

``fast`` is used for every change and always takes the same examples. CI uses ``thorough``
(``--hypothesis-profile=thorough``): ten times as many for the state machines of the stores, and for
the properties that ask for it by `examples`. All other properties are tried as for every change.
"""

from hypothesis import settings

FAST, THOROUGH = "fast", "thorough"
_USUAL, _TIMES = 10, 10


def register_profiles(*, derandomize: bool) -> None:
    """Register both profiles and load ``fast``; Hypothesis' option loads another one later.

    Neither has a deadline: a verdict must not depend on how busy the machine is.

    Args:
        derandomize: Whether ``thorough`` takes the same examples each time, too.
    """
    for name, derandomized in ((FAST, True), (THOROUGH, derandomize)):
        settings.register_profile(
            name,
            deadline=None,
            derandomize=derandomized,
            max_examples=_USUAL,
            print_blob=True,
        )
    settings.load_profile(FAST)


def is_thorough() -> bool:
    """Whether the profile ``thorough`` is loaded."""
    return settings.get_current_profile_name() == THOROUGH


def examples(thorough: int) -> int:
    """How many examples the loaded profile gives a property that has ``thorough`` in CI."""
    return thorough if is_thorough() else max(5, thorough // _TIMES)
