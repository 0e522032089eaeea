"""What a dialect is: facts about one gateway's manners, enough to answer as it does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from openapi.contract.error_kinds import ErrorKind
from openapi.dialects.templates import Envelope, Template
from openapi.overlay.apply import Overlay

# Form of an id: the pattern of what follows its prefix; {length} letters.
ID_FORMS: Final[Mapping[str, str]] = {
    "uuid": "[0-9a-f]{{8}}-[0-9a-f]{{4}}-4[0-9a-f]{{3}}-[89ab][0-9a-f]{{3}}-[0-9a-f]{{12}}",
    "time_hex": "[0-9a-f]{{{length}}}",
    "alphanumeric": "[A-Za-z0-9]{{{length}}}",
}
# The keys a Video object may have, by whether a job has them from its birth.
VIDEO_KEYS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("id", "task_id", "object", "model", "status", "progress"), True),
    **dict.fromkeys(("created_at", "prompt", "seconds", "size"), True),
    **dict.fromkeys(("completed_at", "expires_at", "remixed_from_video_id", "error"), False),
    "video_url": False,
}


@dataclass(frozen=True, slots=True)
class IdForm:
    """How a new job's id is made: ``time_hex`` begins with its second of birth in eight digits."""

    form: str
    prefix: str
    length: int

    @property
    def pattern(self) -> str:
        """A regular expression for such ids."""
        return f"^{self.prefix}{ID_FORMS[self.form].format(length=self.length)}$"


@dataclass(frozen=True, slots=True)
class VideoStyle:
    """The Video object: its keys in order, and whether one that does not apply yet is null."""

    keys: tuple[str, ...]
    explicit_nulls: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """The percentage shown by stage: ``always`` whatever it is, or instead of nought."""

    always: Mapping[str, int]
    instead_of_zero: Mapping[str, int]

    def shown(self, stage: str, progress: int) -> int:
        """What is shown of a job that is at ``progress``."""
        if stage in self.always:
            return self.always[stage]
        return progress or self.instead_of_zero.get(stage, 0)


@dataclass(frozen=True, slots=True)
class Content:
    """The download: ``kept_ms`` is counted from completion, or from birth when ``from_birth``.

    ``ranges`` also says whether If-None-Match is honoured; without ``variants`` there is only the
    video; ``as_json`` answers with the job in the unified format.
    """

    kept_ms: int
    from_birth: bool
    as_json: bool
    ranges: bool
    variants: bool
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Headers:
    """Headers of answers: which names the exchange, and those that every answer has."""

    request_id: str
    request_id_prefix: str
    every: Mapping[str, str]
    poll_after: bool
    lines: Sequence[tuple[bytes, bytes]] = field(default=())

    def marks(self, token: bytes) -> list[tuple[bytes, bytes]]:
        """The header lines of one exchange, whose random part is ``token``."""
        (name, prefix), *others = self.lines
        return [(name, prefix + token), *others]


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """How errors of some kinds are told; empty ``when``, ``at`` and ``params`` fit all.

    ``words`` replace the envelope's values; a header of None is left out.
    """

    when: frozenset[str]
    at: frozenset[str]
    params: frozenset[str]
    status: int | None
    envelope: Envelope
    words: Mapping[str, Template | None]
    headers: Mapping[str, str | None]
    source: str
    standing: str
    line: int

    def fits(self, operation: str | None, param: str | None) -> bool:
        """Whether it is for errors of that parameter at that operation."""
        return (not self.at or operation in self.at) and (not self.params or param in self.params)


@dataclass(frozen=True, slots=True)
class ErrorRules:
    """The rules by the kind of error they name, and those that name none; the last fits all."""

    named: Mapping[str, tuple[ErrorRule, ...]]
    general: tuple[ErrorRule, ...]

    @classmethod
    def of(cls, rules: Sequence[ErrorRule]) -> "ErrorRules":
        """Sort rules, keeping their order."""
        kinds = {kind for rule in rules for kind in rule.when}
        named = {kind: tuple(rule for rule in rules if kind in rule.when) for kind in kinds}
        return cls(named, tuple(rule for rule in rules if not rule.when))


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Dialect:
    """One dialect. ``native``: the contract is written in it, so that nothing is to be changed.

    ``image_types`` are those that the part of a reference image may declare; ``stages`` are the
    words that messages use for a job's stage; ``lines`` says where in ``path`` an operation is
    named.
    """

    name: str
    summary: str
    path: Path
    native: bool
    ids: IdForm
    statuses: Mapping[str, str]
    other_statuses: tuple[str, ...]
    video: VideoStyle
    progress: Progress
    content: Content
    headers: Headers
    without: frozenset[str]
    default_model: str | None
    image_types: tuple[str, ...]
    stages: Mapping[str, str]
    envelopes: Mapping[str, Envelope]
    errors: ErrorRules
    overlay: Overlay
    lines: Mapping[str, int]
    sources: Mapping[str, tuple[str, str]]

    def rule(self, error_kind: ErrorKind, operation: str | None, param: str | None) -> ErrorRule:
        """How an error is told: by the first rule that fits it.

        A rule that names its code comes before one that names the code it was told from, and that
        before one that names none.
        """
        for name in error_kind.names:
            for rule in self.errors.named.get(name, ()):
                if rule.fits(operation, param):
                    return rule
        return next(rule for rule in self.errors.general if rule.fits(operation, param))

    def rules(self, error_kind: ErrorKind, operation: str | None) -> Iterator[ErrorRule]:
        """Every rule that an error at an operation may be told by, whatever its parameter."""
        named = (rule for name in error_kind.names for rule in self.errors.named.get(name, ()))
        for rule in (*named, *self.errors.general):
            if not rule.at or operation in rule.at:
                yield rule
                if not rule.params:
                    return
