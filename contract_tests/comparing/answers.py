"""What a response says, without what depends on when and for whom it was made."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from contract_tests.checks.video_file import NotAVideoError, VideoFile, read_video
from contract_tests.comparing.cases import Jobs
from contract_tests.wire.exchange import Exchange, Reply
from openapi.catalogue.sizes import read_size

# Set by servers and proxies, or different for each response.
_VOLATILE = frozenset(
    {
        *("date", "server", "connection", "keep-alive", "transfer-encoding", "via", "age"),
        *("content-length", "openai-processing-ms", "content-encoding"),
    }
)
# Headers whose value is compared; of the others only that they are there.
_COMPARED = frozenset(
    {
        *("allow", "accept-ranges", "cache-control", "content-type", "x-should-retry", "vary"),
        *("www-authenticate", "content-range", "content-disposition", "x-content-type-options"),
        *("access-control-allow-origin", "access-control-allow-credentials"),
    }
)
_WORD = re.compile(r"[A-Za-z0-9_.:/+*%-]{1,40}")
_ID = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{12,}")
_HIDDEN = re.compile(r"<[a-z]+(?::[0-9a-f+-]+)?>")
_QUOTED, _NUMBER = re.compile(r"'[^']*'|\"[^\"]*\""), re.compile(r"\d+(?:\.\d+)?")
_URL = re.compile(r"https?://\S+|<url:\d+>")
_PATHS = re.compile(r"/[\w/%.<>:-]{2,}")
_LARGE = re.compile(r"\d{3,}")
_FILE_NAME = re.compile(r'filename="[^"]*(\.\w+)"')
_LATE = frozenset({"status", "progress", "completed_at", "expires_at", "video_url", "error"})
_DEEPEST = 12
_ERROR = 400
# What was ordered; with a mix of scenarios it is chance which job ends how.
_ORDERED = frozenset(
    ("model", "size", "seconds", "orientation", "width", "height", "duration", "n_frames")
)
_PARENT = frozenset({"remixed_from_video_id"})
_FIELDS_OF_ERRORS = frozenset({"code", "type", "param"})
_SECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of a response that are compared, each as text."""

    status: str
    headers: str
    body: str
    words: str
    message: str = ""

    def parts(self) -> Iterator[tuple[str, str]]:
        """The parts by name."""
        for name in self.__slots__:
            yield name, getattr(self, name)


def answer_of(exchange: Exchange, jobs: Jobs) -> Answer:
    """The parts of an exchange's response, after those in ``jobs``."""
    reply = exchange.reply
    words: list[str] = []
    if reply.json is not None:
        is_list = exchange.operation == "listVideos"
        is_remix = exchange.operation == "remixVideo"
        reading = _Reading(
            jobs,
            words,
            is_list=is_list,
            fails=reply.status >= _ERROR,
            job=jobs.of(exchange) if is_remix else "",
            left_out=frozenset() if is_remix else _PARENT,
        )
        shape = _shape(reply.json, "", reading)
        words += _of_list(exchange, jobs) if is_list else []
    else:
        shape = _media(reply, jobs, jobs.of(exchange))
    message = _message(reply.json) if reply.status >= _ERROR else ""
    text = ", ".join(dict.fromkeys(words))
    return Answer(str(reply.status), _headers(reply), shape, text, message)


def _headers(reply: Reply) -> str:
    found = []
    for name, value in sorted((name.lower(), value) for name, value in reply.headers):
        if name in _VOLATILE:
            continue
        found.append(f"{name}: {_header(name, value)}" if name in _COMPARED else name)
    return ", ".join(found)


def _header(name: str, value: str) -> str:
    if name == "allow":
        return " ".join(sorted(re.split(r"[,\s]+", value)))
    if name == "content-range":
        return _LARGE.sub("N", value)
    if name == "content-disposition":
        return _FILE_NAME.sub(r'filename="NAME\1"', value)
    return value


@dataclass(frozen=True, slots=True)
class _Reading:
    jobs: Jobs
    words: list[str]
    is_list: bool
    fails: bool
    job: str = ""
    left_out: frozenset[str] = frozenset()
    deep: int = 0

    def below(self, node: object) -> "_Reading":
        """For what stands within a node; an object with the id of a job is about that job."""
        own = node.get("id") if isinstance(node, Mapping) else None
        job = own if isinstance(own, str) and own in self.jobs.made else self.job
        left_out = self.left_out | _LATE if self.is_list else self.left_out
        return replace(self, job=job, left_out=left_out, deep=self.deep + 1)


def _shape(node: Any, name: str, reading: _Reading) -> str:
    """The shape of some JSON: its keys in order, and the kind of each value; words are noted."""
    if reading.deep > _DEEPEST:
        return "..."
    if isinstance(node, Mapping):
        below = reading.below(node)
        parts = [f"{key}: {_shape(each, str(key), below)}" for key, each in node.items()
                 if key not in reading.left_out]  # fmt: skip
        return f"{{{', '.join(parts)}}}"
    if isinstance(node, list):
        shapes = dict.fromkeys(_shape(each, name, reading.below(node)) for each in node)
        return f"[{'; '.join(shapes)}]"
    return _value(node, name, reading)


def _value(node: Any, name: str, reading: _Reading) -> str:
    if name in _ORDERED and reading.job and node is not None:
        ordered = reading.jobs.made[reading.job].get(name)
        return "as ordered" if ordered in (None, node) else "not as ordered"
    if node is None:
        return "null"
    if isinstance(node, bool):
        if name != "has_more":
            reading.words.append(f"{name}={json.dumps(node)}")
        return "boolean"
    if isinstance(node, int | float):
        return _number(node, name, reading)
    kind = _kind(node, name, reading)
    if kind == "word" and not (reading.is_list and name in _LATE):
        reading.words.append(f"{name}={node}")
    return kind


def _number(node: float, name: str, reading: _Reading) -> str:
    if not float(node).is_integer():
        return "fraction"
    if name == "progress":
        return "percent" if 0 <= node <= 100 else "number outside of 0 to 100"
    if abs(node) >= _SECONDS:
        return f"number of {len(str(abs(int(node))))} digits"
    if not name.endswith(("_at", "time")):
        reading.words.append(f"{name}={node:g}")
    return "number"


def _kind(text: str, name: str, reading: _Reading) -> str:
    if text in reading.jobs.stages:
        return "id of a job"
    if _URL.fullmatch(text):
        return "address"
    if reading.fails and name not in _FIELDS_OF_ERRORS:
        return "text"
    if _HIDDEN.search(text) or _ID.search(text) or not text.isascii():
        return "id" if _ID.fullmatch(text) else "text"
    return "word" if _WORD.fullmatch(text) else "text" if text else "empty text"


def _of_list(exchange: Exchange, jobs: Jobs) -> list[str]:
    """How a list agrees with itself: its ends, its order, and that nothing is there twice."""
    entries, data = exchange.entries, exchange.reply.object
    ids = [each.get("id") for each in entries]
    created = [each.get("created_at") for each in entries]
    numbers = [each for each in created if isinstance(each, int | float)]
    ends = (data.get("first_id"), data.get("last_id"))
    is_rising = "order=asc" in exchange.request.query
    shown = jobs.traffic.samples_of(exchange)
    is_behind = any(jobs.is_behind(each) for each in shown)
    return [
        "some" if entries else "none",
        "ends as said" if ends == ((ids[0], ids[-1]) if ids else (None, None)) else "other ends",
        "each once" if len(set(map(str, ids))) == len(ids) else "some twice",
        "as before or later" if not is_behind else "as before what was seen",
        "in order" if numbers == sorted(numbers, reverse=not is_rising) else "out of order",
    ]


def _message(node: Any) -> str:
    """The message of an error, without what it quotes of the request."""
    if isinstance(node, Mapping):
        found = next((node[key] for key in ("message", "msg", "detail") if key in node), None)
        return _plain(found) if isinstance(found, str) else next(
            filter(None, (_message(each) for each in node.values())), "")  # fmt: skip
    return ""


def _plain(text: str) -> str:
    for pattern, instead in ((_URL, "URL"), (_HIDDEN, "X"), (_QUOTED, "X"), (_ID, "X"),
                             (_PATHS, "PATH"), (_NUMBER, "N")):  # fmt: skip
        text = pattern.sub(instead, text)
    return re.sub(r"X(?:[,\s]+X)+", "X", text)[:160].partition(":")[0]


def _media(reply: Reply, jobs: Jobs, job: str) -> str:
    if not reply.body:
        return "nothing"
    whole = jobs.films.get(job)
    if whole == reply.body:
        return "the same film again"
    if whole is not None and reply.media_type.startswith("image/"):
        return _picture(reply.body, whole)
    if whole is not None and len(reply.body) < len(whole):
        place = "its end" if whole.endswith(reply.body) else str(whole.find(reply.body))
        known = place.isdigit() or not place.startswith("-")
        return f"{len(reply.body)} bytes of the film at {place}" if known else "other bytes"
    return _film(reply.body, jobs.made.get(job, {}))


def _picture(content: bytes, whole: bytes) -> str:
    picture, film = _opened(content), _opened(whole)
    if picture is None or film is None:
        return "no picture"
    is_alike = (picture.width > picture.height) == (film.width > film.height)
    size = (picture.width, picture.height) == (film.width, film.height)
    return f"picture {'in the size' if size else 'of the film' if is_alike else 'across'}"


def _film(content: bytes, made: Mapping[str, Any]) -> str:
    film = _opened(content)
    if film is None:
        return f"bytes that begin {content[:3].hex()}"
    sides, length = (film.width, film.height), f"{film.seconds:.0f}"
    size = "its size" if read_size(str(made.get("size", ""))) == sides else f"{sides}"
    return f"film in {size}, {'its length' if length == str(made.get('seconds')) else length}"


@lru_cache(maxsize=200)
def _opened(content: bytes) -> VideoFile | None:
    try:
        return read_video(content)
    except NotAVideoError:
        return None
