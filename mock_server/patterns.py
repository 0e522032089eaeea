"""Clients' regular expressions, searched for with RE2 in time linear in the text.

RE2 has no look-around and no back-references. A backtracking engine would let one client keep the
whole server busy.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import re2

LONGEST_PATTERN: Final = 1000
# Only the start of a longer text is searched; a journal keeps no more of it.
LONGEST_SEARCHED: Final = 32_000
SYNTAX: Final = "RE2's syntax, which has no look-around and no back-references"
# The worst case is this many steps for each character of the text.
_MOST_INSTRUCTIONS = 1000
_MEMORY = 256 * 1024


class PatternError(ValueError):
    """A pattern that is not accepted; the message says why."""


def require_pattern(text: str) -> None:
    """Check a pattern.

    Raises:
        PatternError: it is too long, invalid, or too expensive.
    """
    _compiled(text)


def found(pattern: str, text: str) -> bool:
    """Whether a text has a match for a pattern.

    Raises:
        PatternError: see ``require_pattern``.
    """
    return _compiled(pattern).search(text[:LONGEST_SEARCHED]) is not None


@lru_cache(maxsize=256)
def _compiled(text: str) -> Any:
    if len(text) > LONGEST_PATTERN:
        raise PatternError(f"it is longer than {LONGEST_PATTERN} characters")
    # Imported here, because most servers never need it.
    import re2

    try:
        compiled = re2.compile(text, _options(re2.Options()))
    except re2.error as error:
        raise PatternError(f"{_reason(error)} ({SYNTAX})") from error
    except UnicodeEncodeError as error:
        raise PatternError("it has a character that cannot be encoded as UTF-8") from error
    if compiled.programsize > _MOST_INSTRUCTIONS:
        raise PatternError("it takes too many steps: repeat less, or name fewer alternatives")
    return compiled


def _options(options: "re2.Options") -> "re2.Options":
    options.max_mem = _MEMORY
    options.log_errors = False
    options.never_capture = True
    return options


def _reason(error: Exception) -> str:
    message = error.args[0] if error.args else ""
    return message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)
