"""Writes a cassette while a run goes on: each exchange is on the disk when the next is sent."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from contract_tests.recording.bodies import as_json
from contract_tests.recording.canary import Canary, LeakError
from contract_tests.recording.cassette import BLOBS, FORMAT, MANIFEST, TRAFFIC, Facts
from contract_tests.recording.errors import CassetteError
from contract_tests.recording.lines import line_of
from contract_tests.recording.sanitiser import Sanitiser
from contract_tests.wire.exchange import Exchange
from openapi.documents.writing import dump, write_all

# Bytes of all lines and blobs; a recording that is longer ends there.
_MOST_BYTES = 1 << 30
KEY_FOUND = "nothing is kept"
_OTHER = "name another folder"
Failed = Callable[[str], None]


def _nothing(_why: str) -> None:
    """Do nothing more about a failure, which ``close`` raises."""


@dataclass
class CassetteWriter:
    """A cassette that is being written.

    Attributes:
        failed: is called once, with the reason, when nothing more can be kept.
    """

    folder: Path
    facts: Facts
    sanitiser: Sanitiser
    canary: Canary
    failed: Failed = _nothing
    trouble: str = ""
    _written: int = 0
    _bytes: int = 0
    _blobs: set[str] = field(default_factory=set)

    @classmethod
    def create(
        cls,
        folder: Path,
        facts: Facts,
        sanitiser: Sanitiser,
        canary: Canary,
        *,
        failed: Failed = _nothing,
    ) -> "CassetteWriter":
        """Begin a cassette in a folder that is not there yet, or is empty.

        Raises:
            CassetteError: the folder has something in it, or cannot be made.
            LeakError: a key stands in its facts.
        """
        require_empty(folder)
        try:
            (folder / BLOBS).mkdir(parents=True)
            (folder / TRAFFIC).touch()
        except OSError as error:
            raise _not_made(folder, error) from error
        made = cls(folder, facts, sanitiser, canary, failed)
        try:
            made._write_manifest()
        except LeakError:
            shutil.rmtree(folder)
            raise
        return made

    def keep(self, exchange: Exchange) -> None:
        """Write an exchange; after a failure nothing more is written."""
        if self.trouble:
            return
        try:
            self._keep(exchange)
        except LeakError as error:
            self._fail(f"{error}; {KEY_FOUND}: {self.folder} was removed")
            shutil.rmtree(self.folder, ignore_errors=True)
        except OSError as error:
            self._fail(f"{self.folder} cannot be written: {error.strerror or error}")
        except (ValueError, LookupError, RecursionError) as error:
            # The response must reach its sender all the same: it may name a job.
            what = f"exchange {self._written + 1} cannot be kept"
            self._fail(f"{what}, a fault of the recorder: {type(error).__name__}")

    def close(self, *, complete: bool, **facts: Any) -> None:
        """Search everything written for keys, and write how the recording ended.

        Args:
            facts: further fields of ``Facts`` that were not known at the beginning.

        Raises:
            CassetteError: it is not what was to be recorded; a key was found, or a file could not
                be written.
        """
        if not self.trouble:
            ended = datetime.now(UTC).isoformat(timespec="seconds")
            self.facts = replace(
                self.facts,
                ended=ended,
                complete=complete,
                exchanges=self._written,
                **facts,
            )
            try:
                self._write_manifest()
                self.canary.require_none_below(self.folder)
            except LeakError as error:
                self._fail(f"{error}; {KEY_FOUND}: {self.folder} was removed")
                shutil.rmtree(self.folder, ignore_errors=True)
        if self.trouble:
            remedy = (
                "report this as a fault of the recorder"
                if KEY_FOUND in self.trouble
                else "look at the disk"
            )
            raise CassetteError(self.folder, self.trouble, remedy)

    def _keep(self, exchange: Exchange) -> None:
        data, blobs = line_of(exchange, self._written + 1, self.sanitiser)
        line = as_json(data).encode() + b"\n"
        size = len(line) + sum(map(len, blobs))
        if self._bytes + size > _MOST_BYTES:
            self._fail(f"the recording is longer than {_MOST_BYTES} bytes")
            return
        self.canary.require_none(line, f"exchange {self._written + 1}")
        for blob in blobs:
            self._write_blob(blob)
        with (self.folder / TRAFFIC).open("ab") as file:
            file.write(line)
        self._written += 1
        self._bytes += size

    def _write_blob(self, content: bytes) -> None:
        name = sha256(content).hexdigest()
        if name not in self._blobs:
            self.canary.require_none(content, f"a body of exchange {self._written + 1}")
            (self.folder / BLOBS / name).write_bytes(content)
            self._blobs.add(name)

    def _fail(self, why: str) -> None:
        self.trouble = why
        self.failed(why)

    def _write_manifest(self) -> None:
        text = dump(_manifest(self.facts))
        self.canary.require_none(text.encode(), MANIFEST)
        write_all({self.folder / MANIFEST: text})


def require_empty(folder: Path) -> None:
    """Make sure, before anything is sent, that a cassette can begin in a folder.

    Raises:
        CassetteError: the folder has something in it, or is none.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise CassetteError(folder, "there is something in it", _OTHER)
    except OSError as error:
        raise _not_made(folder, error) from error


def _not_made(folder: Path, error: OSError) -> CassetteError:
    return CassetteError(folder, f"it cannot be made: {error.strerror or error}", _OTHER)


def _manifest(facts: Facts) -> Mapping[str, Any]:
    return {"format": FORMAT, **facts.as_data()}
