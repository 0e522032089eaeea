"""Regular expressions that callers give, searched for in time that grows with the text alone.

RE2 has no look-around and no back-references, which is what makes that possible: a search that
tries again would let one caller keep the whole server busy.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import re2

LONGEST_PATTERN: Final = 1000
# Of a longer text the beginning is searched, which is what a journal keeps of it.
LONGEST_SEARCHED: Final = 32_000
SYNTAX: Final = "RE2's syntax, which has no look-around and no back-references"
# Where many states are possible at once, a search takes so many steps a character.
_MOST_INSTRUCTIONS = 1000
_MEMORY = 256 * 1024


class PatternError(ValueError):
    """A pattern that cannot be searched for; the message says why."""


def require_pattern(text: str) -> None:
    """Hold a pattern to being one.

    Raises:
        PatternError: it is too long, no regular expression, or one that takes too much.
    """
    _compiled(text)


def found(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text.

    Raises:
        PatternError: what ``require_pattern`` says.
    """
    return _compiled(pattern).search(text[:LONGEST_SEARCHED]) is not None


@lru_cache(maxsize=256)
def _compiled(text: str) -> Any:
    if len(text) > LONGEST_PATTERN:
        raise PatternError(f"it is longer than {LONGEST_PATTERN} characters")
    # Loaded here, because most servers are never given a pattern.
    import re2

    try:
        compiled = re2.compile(text, _options(re2.Options()))
    except re2.error as error:
        raise PatternError(f"{_reason(error)} ({SYNTAX})") from error
    except UnicodeEncodeError as error:
        raise PatternError("it has a character that no text can have") from error
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
