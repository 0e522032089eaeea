"""Opens the sides of a comparison: a cassette is read, anything else is recorded first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from contract_tests.comparing.comparison import Kind, Side
from contract_tests.deriving.traffic import traffic_of
from contract_tests.recording.cassette import MANIFEST, Cassette
from contract_tests.recording.recording import record
from contract_tests.runner.options import MOCK, Options, UsageError
from openapi.dialects import DEFAULT

_FAKE = "fake"


class IncompleteError(Exception):
    """A side could not be recorded to its end; ``status`` is the exit status that says why."""

    def __init__(self, text: str, status: int) -> None:
        """Take the reason and the exit status."""
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Sides:
    """Opens sides in one dialect; ``options`` are those of the recordings that are made."""

    options: Options

    @classmethod
    def of(cls, words: Sequence[str], options: Options, dialect: str | None) -> "Sides":
        """Open these sides in a dialect; by default in that of the first cassette among them.

        Raises:
            CassetteError: a cassette cannot be read.
        """
        recorded = (Cassette.open(Path(each)).facts.dialect for each in words if is_cassette(each))
        return cls(replace(options, dialect=dialect or next(recorded, DEFAULT)))

    def open(self, word: str) -> Side:
        """A side: the folder of a cassette, ``mock``, ``mock-http``, or a URL.

        Raises:
            CassetteError: the cassette cannot be read.
            UsageError: it is none of these, or cannot be recorded with these options.
            IncompleteError: it could not be recorded to its end.
        """
        if is_cassette(word):
            return self._side(Path(word), Path(word).resolve().name, Kind.RECORDING)
        if "://" not in word and not word.startswith(MOCK):
            raise UsageError(
                f"{word}: there is no cassette; name the folder of one, mock, mock-http or a URL"
            )
        is_fake = word.startswith(MOCK)
        with TemporaryDirectory(prefix="gateway-contract-") as folder:
            name = _FAKE if is_fake else word.partition("://")[2].partition("/")[0]
            cassette = Path(folder) / (_FAKE if is_fake else "live")
            options = replace(self.options, target=word, live=self.options.live and not is_fake)
            done = record(options, cassette, keep_texts=False, twice=False)
            if done.status:
                raise IncompleteError(f"{word}: {done.reports[-1].trouble}", done.status)
            return self._side(cassette, name, Kind.FAKE if is_fake else Kind.LIVE)

    def witness(self, one: Side, other: Side) -> Side | None:
        """The fake beside two other sides; None where one of them is the fake."""
        if Kind.FAKE in (one.kind, other.kind):
            return None
        return self.open(MOCK)

    def _side(self, folder: Path, name: str, kind: Kind) -> Side:
        contract = self.options.read_contract()
        cassette = Cassette.open(folder)
        facts, traffic = cassette.facts, traffic_of(cassette, contract)
        return Side(name, kind, traffic, contract, facts.broken, facts.kept)


def is_cassette(word: str) -> bool:
    """Whether a word names the folder of a cassette."""
    return (Path(word) / MANIFEST).is_file()
