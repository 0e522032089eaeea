"""Reads dialect files; errors name the line."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from openapi.contract.error_kinds import ERROR_KINDS
from openapi.dialects import DEFAULT, FOLDER, names
from openapi.dialects.dialect import (
    Billing,
    Content,
    Dialect,
    ErrorRule,
    ErrorRules,
    Headers,
    Idempotency,
    IdForm,
    Progress,
    Timeout,
    VideoStyle,
)
from openapi.dialects.templates import WORD_PLACES, Envelope, Template, envelope
from openapi.documents.located import Located, load
from openapi.documents.pointers import Steps
from openapi.documents.shape import Shape
from openapi.errors import SpecError
from openapi.overlay.apply import Overlay, read_actions

_WHAT: Final = "the dialect cannot be used"
_REMEDY: Final = f"the dialect '{DEFAULT}' shows and explains every key: {FOLDER / DEFAULT}.yaml"
# Sections that a dialect does not inherit from the gateway's.
_OWN: Final = frozenset({"summary", "native", "errors", "contract"})
_STAGES: Final = ("queued", "running", "completed", "failed")
_WORDS: Final = ("message", "type", "code", "param")

Raw = Mapping[str, Any]


def load_dialects(*paths: Path) -> dict[str, Dialect]:
    """The project's dialects and those of ``paths``, by name; a later one replaces an earlier.

    Raises:
        SpecError: a file cannot be read or is invalid.
    """
    shipped = (FOLDER / f"{name}.yaml" for name in names())
    return {dialect.name: dialect for dialect in map(load_dialect, (*shipped, *paths))}


def load_dialect(path: Path) -> Dialect:
    """Read the dialect of one file; its name is that of the file.

    Raises:
        SpecError: the file cannot be read or is invalid; the message names the line.
    """
    located = load(path)
    _shape().hold(located)
    raw = {**_inherited(), **located.data}
    envelopes = dict(_envelopes(located, raw["envelopes"]))
    return Dialect(
        name=path.stem,
        summary=raw["summary"],
        path=path,
        native=raw.get("native", False),
        ids=IdForm(raw["ids"]["form"], raw["ids"]["prefix"], raw["ids"].get("length", 0)),
        statuses={stage: raw["statuses"][stage] for stage in _STAGES},
        other_statuses=tuple(raw["statuses"].get("other", ())),
        video=VideoStyle(tuple(raw["video"]["keys"]), raw["video"]["nulls"] == "explicit"),
        progress=Progress(
            raw["progress"].get("always", {}), raw["progress"].get("instead_of_zero", {})
        ),
        content=_content(raw["content"]),
        billing=_billing(raw["billing"]),
        timeout=_timeout(raw["timeout"]),
        idempotency=_idempotency(raw["idempotency"]),
        headers=_headers(raw["headers"]),
        without=frozenset(raw["operations"]["without"]),
        default_model=raw["requests"].get("default_model"),
        image_types=tuple({**_inherited()["requests"], **raw["requests"]}["image_types"]),
        stages={stage: raw["stages"].get(stage, stage) for stage in _STAGES},
        envelopes=envelopes,
        errors=ErrorRules.of(list(_rules(located, envelopes))),
        overlay=Overlay(path, read_actions(located, "contract")),
        lines=dict(_operation_lines(located)),
        sources=dict(_sources(raw)),
    )


@cache
def _shape() -> Shape:
    return Shape("dialect", what=_WHAT, remedy=_REMEDY)


@cache
def _inherited() -> Raw:
    """The sections that a dialect inherits from the gateway's where it leaves them out."""
    data = load(FOLDER / f"{DEFAULT}.yaml").data
    return {key: section for key, section in data.items() if key not in _OWN}


def _content(raw: Raw) -> Content:
    return Content(
        kept_ms=raw["kept_s"] * 1000,
        from_birth=raw["kept_from"] == "created_at",
        as_json=raw["answer"] == "json",
        ranges=raw["ranges"],
        variants=raw["variants"],
        headers=raw.get("headers", {}),
    )


def _billing(raw: Raw) -> Billing:
    return Billing(
        at_once=raw["charged"] == "accepted",
        failed=raw["failed"] == "refunded",
        cancelled=raw["cancelled"] == "refunded",
    )


def _timeout(raw: Raw) -> Timeout:
    after_ms = raw["after_s"] * 1000 if "after_s" in raw else None
    return Timeout(after_ms, raw.get("code", ""), raw.get("message", ""))


def _idempotency(raw: Raw) -> Idempotency:
    kept_s = raw["kept_s"] if raw["same_body"] == "repeated" else 0
    return Idempotency(kept_ms=kept_s * 1000, other_body=raw.get("other_body", "conflict"))


def _headers(raw: Raw) -> Headers:
    prefix, every = raw.get("request_id_prefix", ""), raw.get("every", {})
    lines = [(raw["request_id"], prefix), *every.items()]
    return Headers(
        request_id=raw["request_id"],
        request_id_prefix=prefix,
        every=every,
        poll_after=raw["poll_after"],
        lines=tuple((name.lower().encode(), value.encode()) for name, value in lines),
    )


def _envelopes(located: Located, raw: Raw) -> Iterator[tuple[str, Envelope]]:
    for name, row in raw.items():
        try:
            yield name, envelope(name, row["body"], row.get("schema"))
        except ValueError as error:
            why = f"the envelope '{name}': {error}"
            raise _refusal(located, ("envelopes", name, "body"), why) from error


def _rules(located: Located, envelopes: Mapping[str, Envelope]) -> Iterator[ErrorRule]:
    for index, row in enumerate(located.data.get("errors", ())):
        at: Steps = ("errors", index)
        for number, kind in enumerate(row.get("when", ())):
            if kind not in ERROR_KINDS:
                why = f"there is no error '{kind}'; known: {', '.join(sorted(ERROR_KINDS))}"
                raise _refusal(located, (*at, "when", number), why)
        named = row.get("envelope", next(iter(envelopes)))
        if named not in envelopes:
            why = f"there is no envelope '{named}'; known: {', '.join(envelopes)}"
            raise _refusal(located, (*at, "envelope"), why)
        yield ErrorRule(
            when=frozenset(row.get("when", ())),
            at=frozenset(row.get("at", ())),
            params=frozenset(row.get("params", ())),
            status=row.get("status"),
            envelope=envelopes[named],
            words={word: _word(located, (*at, word), row[word]) for word in _WORDS if word in row},
            headers=row.get("headers", {}),
            source=row["source"],
            standing=row["standing"],
            line=located.line(at),
        )
    yield _everything_else(next(iter(envelopes.values())))


def _everything_else(first: Envelope) -> ErrorRule:
    nothing: frozenset[str] = frozenset()
    return ErrorRule(nothing, nothing, nothing, None, first, {}, {}, "", "inferred", 1)


def _word(located: Located, at: Steps, text: str | None) -> Template | None:
    try:
        template = None if text is None else Template(text)
    except ValueError as error:
        raise _refusal(located, at, str(error)) from error
    for name in sorted(template.places - WORD_PLACES) if template else ():
        why = f"errors have no '{{{name}}}'; known: {', '.join(sorted(WORD_PLACES))}"
        raise _refusal(located, at, why)
    return template


def _operation_lines(located: Located) -> Iterator[tuple[str, int]]:
    """Every operation that the file names with its line, to report unknown ones."""
    for index, name in enumerate(located.data.get("operations", {}).get("without", ())):
        yield name, located.line(("operations", "without", index))
    for index, row in enumerate(located.data.get("errors", ())):
        for number, name in enumerate(row.get("at", ())):
            yield name, located.line(("errors", index, "at", number))


def _sources(raw: Raw) -> Iterator[tuple[str, tuple[str, str]]]:
    """Source and standing by section, and by ``envelopes/NAME`` for an envelope."""
    for key, section in raw.items():
        if isinstance(section, dict) and "source" in section:
            yield key, (section["source"], section["standing"])
    for name, row in raw["envelopes"].items():
        yield f"envelopes/{name}", (row["source"], row["standing"])


def _refusal(located: Located, at: Steps, why: str) -> SpecError:
    return SpecError(what=_WHAT, where=located.file, line=located.line(at), why=why, remedy=_REMEDY)
