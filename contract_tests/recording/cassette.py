"""Reads a cassette: its facts, and its exchanges with stand-ins in the place of references."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from contract_tests.recording.errors import CassetteError
from contract_tests.recording.filling import Filler
from contract_tests.wire.exchange import Exchange
from openapi.documents.located import load
from openapi.documents.shape import Shape
from openapi.errors import SpecError

FORMAT: Final = 1
MANIFEST, TRAFFIC, BLOBS = "cassette.yaml", "traffic.jsonl", "blobs"
_LONGEST_LINE = 4 * 1024 * 1024
_MOST_LINES = 200_000
_MOST_BYTES = 1 << 30
_REMEDY = "record it again with 'gateway-contract record'"
_NO_CASSETTE = "name a folder that 'gateway-contract record' or 'guard' wrote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What ``cassette.yaml`` says of a recording.

    Attributes:
        command: what recorded it, ``record`` or ``guard``.
        contract: the SHA-256 of the contract that the target was held to.
        started: when, as RFC 3339 in UTC; times in the traffic are counted from it.
        ended: None while it is being recorded, or when it was killed.
        complete: whether everything was recorded that was to be.
        jobs: how many jobs were created; None where that is not known.
        usd: their list price; None is unknown.
        texts: ``hashed`` or ``kept``: what became of prompts and other texts of requests.
        broken: the checks that found something while it was recorded, each with the operations.
        kept: the checks that examined everything and found nothing.
    """

    name: str
    command: str
    target: str
    dialect: str
    contract: str
    started: str
    seed: int = 0
    ended: str | None = None
    complete: bool = False
    exchanges: int = 0
    jobs: int | None = None
    usd: float | None = None
    texts: str = "hashed"
    broken: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kept: Sequence[str] = ()

    @property
    def start_s(self) -> float:
        """When it started, in seconds since 1970."""
        return datetime.fromisoformat(self.started).timestamp()

    def as_data(self) -> Mapping[str, Any]:
        """The facts that are known, in the order of the file."""
        pairs = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in pairs if value not in (None, {}, ())}


@dataclass(frozen=True)
class RecordedExchange:
    """One exchange of a cassette.

    Attributes:
        pointer: names it, as ``NAME #17``.
        at_s: when its response was complete, in seconds since the recording started.
        line: the exchange as the file has it, with references.
        exchange: the same with stand-ins: ids of the recorded shape, times as they were written.
            Its texts and addresses stay references.
    """

    pointer: str
    at_s: float
    line: Mapping[str, Any] = field(repr=False)
    exchange: Exchange = field(repr=False)


@dataclass(frozen=True)
class Cassette:
    """A recording, read.

    Attributes:
        shapes: what each reference stands for by its name, such as ``video:1``: the shape of an
            id, the address with its secrets replaced, or nothing.
        damage: why the end is missing; empty where it is not.
    """

    path: Path
    facts: Facts
    exchanges: tuple[RecordedExchange, ...] = field(repr=False)
    shapes: Mapping[str, str] = field(repr=False)
    damage: str = ""

    @classmethod
    def open(cls, path: Path) -> "Cassette":
        """Read a cassette; of one that was interrupted, what was written up to the last whole line.

        Raises:
            CassetteError: the folder is no cassette, or a part of it is damaged.
        """
        facts = _facts(path)
        reading = _Reading(path, Filler(facts.start_s), Shape("traffic", what="", remedy=_REMEDY))
        exchanges = tuple(reading.exchanges(path.resolve().name))
        damage = reading.damage
        if facts.complete and not damage and len(exchanges) != facts.exchanges:
            damage = f"{MANIFEST} names {facts.exchanges} exchanges; there are {len(exchanges)}"
        if not facts.complete and not damage:
            damage = "the recording was interrupted; what was recorded until then is here"
        return cls(path, facts, exchanges, dict(reading.filler.shapes), damage)

    @property
    def name(self) -> str:
        """The name of its folder, with which pointers begin."""
        return self.path.resolve().name


@dataclass
class _Reading:
    path: Path
    filler: Filler
    shape: Shape
    damage: str = ""
    _bytes: int = 0

    def exchanges(self, name: str) -> Iterator[RecordedExchange]:
        for number, text in enumerate(self._lines(), start=1):
            line = self._line(text, number)
            self.filler.learn(line.get("new", {}), line["at"])
            try:
                exchange = self.filler.exchange(line, self.blob)
            except (ValueError, RecursionError) as error:
                why = f"a body cannot be read: {error}"
                raise CassetteError(self.path / TRAFFIC, why, _REMEDY, number) from error
            yield RecordedExchange(f"{name} #{number}", line["at"], line, exchange)

    def _lines(self) -> Iterator[bytes]:
        file = self.path / TRAFFIC
        try:
            with file.open("rb") as lines:
                number = 0
                while text := lines.readline(_LONGEST_LINE + 1):
                    number += 1
                    if len(text) > _LONGEST_LINE or number > _MOST_LINES:
                        raise CassetteError(file, "it is too long", _REMEDY, number)
                    self._count(len(text))
                    if not text.endswith(b"\n"):
                        self.damage = f"it ends within line {number}, which is left out"
                        return
                    yield text
        except OSError as error:
            why = f"it cannot be read: {error.strerror or error}"
            raise CassetteError(file, why, _REMEDY) from error

    def _line(self, text: bytes, number: int) -> Mapping[str, Any]:
        file = self.path / TRAFFIC
        try:
            line = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise CassetteError(file, "this line is not JSON", _REMEDY, number) from error
        wrong = self.shape.errors(line)
        if wrong:
            raise CassetteError(
                file, f"this line is no exchange: {wrong[0].message[:200]}", _REMEDY, number
            )
        if line["n"] != number:
            raise CassetteError(
                file, f"exchange {line['n']} stands in the place of {number}", _REMEDY, number
            )
        found: Mapping[str, Any] = line
        return found

    def blob(self, name: str) -> bytes:
        """The content of a blob.

        Raises:
            CassetteError: it is not there, or is not what was recorded.
        """
        file = self.path / BLOBS / name
        try:
            with file.open("rb") as content:
                found = content.read(_MOST_BYTES - self._bytes + 1)
        except OSError as error:
            raise CassetteError(file, "this body is missing", _REMEDY) from error
        self._count(len(found))
        if sha256(found).hexdigest() != name:
            raise CassetteError(file, "this body is not what was recorded", _REMEDY)
        return found

    def _count(self, size: int) -> None:
        self._bytes += size
        if self._bytes > _MOST_BYTES:
            raise CassetteError(self.path, f"it has more than {_MOST_BYTES} bytes", _NO_CASSETTE)


def _facts(path: Path) -> Facts:
    manifest = path / MANIFEST
    if not manifest.is_file():
        why = "there is no such folder" if not path.exists() else f"it has no {MANIFEST}"
        raise CassetteError(path, f"it is no cassette: {why}", _NO_CASSETTE)
    try:
        located = load(manifest)
        format_ = located.data.get("format") if isinstance(located.data, dict) else None
        if isinstance(format_, int) and format_ > FORMAT:
            why = f"its format is {format_}, and this version reads {FORMAT}"
            raise CassetteError(manifest, why, "update video-gateway-mock")
        Shape("cassette", what="it is no cassette", remedy=_NO_CASSETTE).hold(located)
        names = {each.name for each in fields(Facts)}
        facts = Facts(**{name: value for name, value in located.data.items() if name in names})
        _ = facts.start_s
    except SpecError as error:
        raise CassetteError(manifest, error.why, error.remedy, error.line) from error
    except ValueError as error:
        raise CassetteError(manifest, f"'started' is no time: {error}", _REMEDY) from error
    return facts
