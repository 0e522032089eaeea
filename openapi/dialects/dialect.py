"""The facts of a dialect: what is needed to respond as one gateway does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from openapi.contract.error_kinds import ErrorKind
from openapi.dialects.templates import Envelope, Template
from openapi.overlay.apply import Overlay

# The pattern of an id after its prefix, by form.
ID_FORMS: Final[Mapping[str, str]] = {
    "uuid": "[0-9a-f]{{8}}-[0-9a-f]{{4}}-4[0-9a-f]{{3}}-[89ab][0-9a-f]{{3}}-[0-9a-f]{{12}}",
    "time_hex": "[0-9a-f]{{{length}}}",
    "alphanumeric": "[A-Za-z0-9]{{{length}}}",
}
# The keys that a Video object may have; whether a job has them from its creation.
VIDEO_KEYS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("id", "task_id", "object", "model", "status", "progress"), True),
    **dict.fromkeys(("created_at", "prompt", "seconds", "size"), True),
    **dict.fromkeys(("completed_at", "expires_at", "remixed_from_video_id", "error"), False),
    "video_url": False,
}


@dataclass(frozen=True, slots=True)
class IdForm:
    """The form of a job's id; ``time_hex`` begins with its second of creation in eight digits."""

    form: str
    prefix: str
    length: int

    @property
    def pattern(self) -> str:
        """A regular expression for such ids."""
        return f"^{self.prefix}{ID_FORMS[self.form].format(length=self.length)}$"


@dataclass(frozen=True, slots=True)
class VideoStyle:
    """The Video object: its keys in order, and whether keys that do not apply yet are null."""

    keys: tuple[str, ...]
    explicit_nulls: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """The percentage shown in a stage: always, or in the place of zero."""

    always: Mapping[str, int]
    instead_of_zero: Mapping[str, int]

    def shown(self, stage: str, progress: int) -> int:
        """The percentage that is shown for a job at ``progress`` percent."""
        if stage in self.always:
            return self.always[stage]
        return progress or self.instead_of_zero.get(stage, 0)


@dataclass(frozen=True, slots=True)
class Content:
    """The download of a video.

    Attributes:
        kept_ms: how long content is kept, from completion; from creation with ``from_birth``.
        as_json: the response is the job in the unified format rather than a file.
        ranges: whether Range and If-None-Match are honoured.
        variants: whether there are thumbnails and spritesheets besides the video.
    """

    kept_ms: int
    from_birth: bool
    as_json: bool
    ranges: bool
    variants: bool
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Billing:
    """When the price of a job is charged, and which jobs are refunded.

    Attributes:
        at_once: it is charged when the job is accepted, rather than once it has ended.
        failed: a failed job is refunded.
        cancelled: a job that is deleted before it has ended is refunded.
    """

    at_once: bool
    failed: bool
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Timeout:
    """How a job ends that has not ended by itself ``after_ms`` after its creation; None: never."""

    after_ms: int | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Idempotency:
    """What a create with an Idempotency-Key header gets that was sent before.

    Attributes:
        kept_ms: how long a key is remembered; 0 ignores the header.
        other_body: the same key with another body is a ``conflict``, or it is ``repeated``, too.
    """

    kept_ms: int
    other_body: str

    @property
    def conflicts(self) -> bool:
        """Whether a key with another body is refused."""
        return self.kept_ms > 0 and self.other_body == "conflict"


@dataclass(frozen=True, slots=True)
class Headers:
    """Headers of responses: the name of the request id's, and those on every response."""

    request_id: str
    request_id_prefix: str
    every: Mapping[str, str]
    poll_after: bool
    lines: Sequence[tuple[bytes, bytes]] = field(default=())

    def marks(self, token: bytes) -> list[tuple[bytes, bytes]]:
        """The header lines of a response; ``token`` is the random part of its request id."""
        (name, prefix), *others = self.lines
        return [(name, prefix + token), *others]


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """How errors of some kinds are rendered.

    An empty ``when``, ``at`` or ``params`` fits every kind, operation or parameter. ``words``
    replace values of the envelope; a header of None is left out.
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
        """Whether the rule is for errors of that parameter at that operation."""
        return (not self.at or operation in self.at) and (not self.params or param in self.params)


@dataclass(frozen=True, slots=True)
class ErrorRules:
    """The rules by the kind of error they name, and those that name none; the last fits any."""

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
    """One dialect.

    Attributes:
        native: the contract is written in this dialect, so that nothing has to be changed.
        image_types: the media types that a reference image may declare.
        stages: the words that messages use for a job's stage.
        lines: the line in ``path`` that names an operation, by its id.
        sources: source and standing of each section.
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
    billing: Billing
    timeout: Timeout
    idempotency: Idempotency
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
        """Return the rule that an error is rendered by: the first that fits.

        Rules that name the error's code come first, then those that name the code it was derived
        from, then those that name none.
        """
        for name in error_kind.names:
            for rule in self.errors.named.get(name, ()):
                if rule.fits(operation, param):
                    return rule
        return next(rule for rule in self.errors.general if rule.fits(operation, param))

    def rules(self, error_kind: ErrorKind, operation: str | None) -> Iterator[ErrorRule]:
        """Every rule that may apply to an error at an operation, for any parameter."""
        named = (rule for name in error_kind.names for rule in self.errors.named.get(name, ()))
        for rule in (*named, *self.errors.general):
            if not rule.at or operation in rule.at:
                yield rule
                if not rule.params:
                    return
