"""How the contract names what its pages leave without a name: operations and schemas."""

import re

_VERSION = re.compile(r"^v[0-9]+$")
_OTHER = re.compile(r"[^A-Za-z0-9]+")


def capitalised(text: str) -> str:
    """The words of ``text`` as one name: ``sora-image`` is ``SoraImage``."""
    return "".join(word[:1].upper() + word[1:] for word in _OTHER.split(text))


def operation_id(path: str, method: str) -> str:
    """E.g. ``get_v1_videos_by_video_id``."""
    words = (re.sub(r"[{}]", "", re.sub(r"^(?={)", "by_", step)) for step in path.split("/")[1:])
    return "_".join((method, *words))


def operation_words(path: str, method: str) -> str:
    """E.g. ``VideoCreate``; the method leads where it is not a post, the version is left out."""
    steps = [step for step in path.split("/") if not _VERSION.match(step)]
    words = [capitalised(f"by {step}" if step.startswith("{") else step) for step in steps]
    return ("" if method == "post" else method.capitalize()) + "".join(words)
