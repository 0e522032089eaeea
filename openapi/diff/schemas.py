"""Compares two schemas of the same part: which values each allows that the other does not."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi.contract.contract import Contract
from openapi.contract.evidence import NO_SOURCE
from openapi.contract.schemas import Schema
from openapi.diff.difference import (
    ADMITS,
    BOTH,
    EXCLUDES,
    NONE,
    Direction,
    Effect,
    Kind,
    limited,
    one_way,
)
from openapi.diff.renames import renamed_fields

# Schemas within schemas; a deeper one refers to itself.
_DEPTH = 40
_LOWER = ("minimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")
_EXCLUSIVE = ("exclusiveMinimum", "exclusiveMaximum")
_EXACT = ("pattern", "format", "multipleOf", "uniqueItems", "not", *_EXCLUSIVE)
_CHOICES = ("anyOf", "oneOf", "allOf")
_TEXTS = ("description", "title")


@dataclass(frozen=True, slots=True)
class Part:
    """A schema in its contract, with the page and line of the nearest documented part."""

    contract: Contract
    schema: Schema
    source: str = ""

    @classmethod
    def of(cls, contract: Contract, declared: Schema, source: str = "") -> "Part":
        """The part that a schema, or a reference to one, stands for."""
        schema = contract.resolve(declared)
        return cls(contract, schema, str(schema.get("x-source", source)))

    def below(self, declared: Any) -> "Part":
        """A schema within this one."""
        found = declared if isinstance(declared, Mapping) else {}
        return Part.of(self.contract, found, self.source)

    def source_of(self, keyword: str, value: Any = None) -> str:
        """The page and line of one keyword, or of the first of some listed values."""
        listed = self.schema.get("x-enum-sources", {}) if keyword == "enum" else {}
        named = (listed.get(str(each)) for each in (value if isinstance(value, list) else ()))
        exact = self.schema.get("x-sources", {}).get(keyword) or next(filter(None, named), "")
        found = str(exact or self.source)
        return "" if found == NO_SOURCE else found


@dataclass(frozen=True, slots=True)
class Shift:
    """One change within a schema; ``at`` is where, as words from the outermost schema inwards."""

    kind: Kind
    at: tuple[str, ...]
    old: Any
    new: Any
    old_source: str
    new_source: str
    effect: Effect


class SchemaComparison:
    """Compares the schemas of what one side sends."""

    def __init__(self, direction: Direction) -> None:
        """``direction`` decides what a field more or less means."""
        self._direction = direction

    def compare(self, old: Part, new: Part, at: tuple[str, ...] = ()) -> Iterator[Shift]:
        """Yield every change from one schema to the other."""
        if len(at) > _DEPTH or (old.schema == new.schema and old.contract is new.contract):
            return
        yield from self._types(old, new, at)
        for keyword in (*_LOWER, *_UPPER):
            yield from self._limit(old, new, at, keyword)
        for keyword in _EXACT:
            yield from self._exact(old, new, at, keyword)
        yield from self._default(old, new, at)
        yield from self._fields(old, new, at)
        yield from self._items(old, new, at)
        yield from self._choices(old, new, at)
        for keyword in _TEXTS:
            yield from self._value(Kind.REWORDED, (old, new), (*at, keyword), NONE)

    def _types(self, old: Part, new: Part, at: tuple[str, ...]) -> Iterator[Shift]:
        before, after = _types(old.schema), _types(new.schema)
        if before == after:
            yield from self._values(old, new, at)
            return
        kind, effect = _relation(before, after)
        yield _shift(
            kind, (*at, "type"), (old, new), values=(_shown(before), _shown(after)), effect=effect
        )
        if before & after:
            yield from self._values(old, new, at)

    def _values(self, old: Part, new: Part, at: tuple[str, ...]) -> Iterator[Shift]:
        before, after = _enum(old.schema), _enum(new.schema)
        here, sides = (*at, "enum"), (old, new)
        if before is None or after is None:
            if before is not after:
                kind, effect = one_way(narrower=before is None)
                yield _shift(
                    kind, here, sides, values=(_listed(before), _listed(after)), effect=effect
                )
            return
        gone = [value for key, value in before.items() if key not in after]
        come = [value for key, value in after.items() if key not in before]
        if gone:
            yield _shift(Kind.NARROWED, here, sides, values=(gone, None), effect=EXCLUDES)
        if come:
            yield _shift(Kind.WIDENED, here, sides, values=(None, come), effect=ADMITS)

    def _limit(self, old: Part, new: Part, at: tuple[str, ...], keyword: str) -> Iterator[Shift]:
        before, after = old.schema.get(keyword), new.schema.get(keyword)
        if before == after:
            return
        if before is None or after is None:
            narrower = before is None
        elif not (_is_number(before) and _is_number(after)):
            return
        else:
            narrower = (after > before) is (keyword in _LOWER)
        kind, effect = one_way(narrower=narrower)
        yield _shift(kind, (*at, keyword), (old, new), values=(before, after), effect=effect)

    def _exact(self, old: Part, new: Part, at: tuple[str, ...], keyword: str) -> Iterator[Shift]:
        before, after = old.schema.get(keyword) or None, new.schema.get(keyword) or None
        if before == after:
            return
        kind, effect = limited(before=before is not None, after=after is not None)
        yield _shift(kind, (*at, keyword), (old, new), values=(before, after), effect=effect)

    def _default(self, old: Part, new: Part, at: tuple[str, ...]) -> Iterator[Shift]:
        # The same request means something else, which is the client's surprise.
        effect = EXCLUDES if self._direction is Direction.REQUEST else NONE
        yield from self._value(Kind.CHANGED, (old, new), (*at, "default"), effect)

    def _value(
        self, kind: Kind, sides: tuple[Part, Part], at: tuple[str, ...], effect: Effect
    ) -> Iterator[Shift]:
        before, after = (side.schema.get(at[-1]) for side in sides)
        if before != after:
            yield _shift(kind, at, sides, values=(before, after), effect=effect)

    def _fields(self, old: Part, new: Part, at: tuple[str, ...]) -> Iterator[Shift]:
        before, after = _members(old.schema), _members(new.schema)
        renamed = renamed_fields(before, after)
        for name, declared in before.items():
            here = (*at, f"field {renamed.get(name, name)}")
            was = old.below(declared)
            if name in renamed:
                now = new.below(after[renamed[name]])
                yield Shift(Kind.RENAMED, here, name, renamed[name], was.source, now.source, BOTH)
            elif name not in after:
                sent = self._direction is Direction.REQUEST
                needed = name in old.schema.get("required", ())
                effect = Effect(excludes=sent, admits=needed or not sent)
                yield Shift(Kind.REMOVED, here, _brief(was.schema), None, was.source, "", effect)
                continue
            yield from self.compare(was, new.below(after[renamed.get(name, name)]), here)
        yield from self._new_fields(old, new, at, frozenset(renamed.values()))
        yield from self._required(old, new, at, renamed)
        yield from self._additional(old, new, at)

    def _new_fields(
        self, old: Part, new: Part, at: tuple[str, ...], known: frozenset[str]
    ) -> Iterator[Shift]:
        before = _members(old.schema)
        for name, declared in _members(new.schema).items():
            if name in before or name in known:
                continue
            now = new.below(declared)
            required = name in new.schema.get("required", ())
            effect = Effect(excludes=required, admits=self._direction is Direction.REQUEST)
            at_field = (*at, f"field {name}", *(("required",) if required else ()))
            yield Shift(Kind.ADDED, at_field, None, _brief(now.schema), "", now.source, effect)

    def _required(
        self, old: Part, new: Part, at: tuple[str, ...], renamed: Mapping[str, str]
    ) -> Iterator[Shift]:
        fields = _members(old.schema).keys()
        before = {renamed.get(name, name) for name in old.schema.get("required", ())}
        after = set(new.schema.get("required", ()))
        sources = (old.source_of("required"), new.source_of("required"))
        shared = {renamed.get(name, name) for name in fields} & _members(new.schema).keys()
        for name in sorted((before ^ after) & shared):
            narrower = name in after
            kind, effect = one_way(narrower=narrower)
            here = (*at, f"field {name}", "required")
            yield Shift(kind, here, not narrower, narrower, *sources, effect)

    def _additional(self, old: Part, new: Part, at: tuple[str, ...]) -> Iterator[Shift]:
        before, after = (side.schema.get("additionalProperties", True) for side in (old, new))
        here = (*at, "other fields")
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from self.compare(old.below(before), new.below(after), here)
        elif before != after and {} not in (before, after):
            narrower = after is False or before is True
            kind, effect = one_way(narrower=narrower)
            yield _shift(kind, here, (old, new), values=(before, after), effect=effect)

    def _items(self, old: Part, new: Part, at: tuple[str, ...]) -> Iterator[Shift]:
        if "items" in old.schema or "items" in new.schema:
            before, after = old.schema.get("items", {}), new.schema.get("items", {})
            yield from self.compare(old.below(before), new.below(after), (*at, "items"))

    def _choices(self, old: Part, new: Part, at: tuple[str, ...]) -> Iterator[Shift]:
        for keyword in _CHOICES:
            before, after = (_named(side, keyword) for side in (old, new))
            # Being one of several widens; having to be all of several narrows.
            more, fewer = (EXCLUDES, ADMITS) if keyword == "allOf" else (ADMITS, EXCLUDES)
            for name, was in before.items():
                if name in after:
                    yield from self.compare(was, after[name], (*at, name))
                else:
                    here = (*at, name)
                    yield Shift(Kind.REMOVED, here, _brief(was.schema), None, was.source, "", fewer)
            for name, now in after.items():
                if name not in before:
                    here = (*at, name)
                    yield Shift(Kind.ADDED, here, None, _brief(now.schema), "", now.source, more)


def _shift(
    kind: Kind,
    at: tuple[str, ...],
    sides: tuple[Part, Part],
    *,
    values: tuple[Any, Any],
    effect: Effect,
) -> Shift:
    (old, new), (before, after) = sides, values
    sources = (old.source_of(at[-1], before), new.source_of(at[-1], after))
    return Shift(kind, at, before, after, sources[0], sources[1], effect)


def _types(schema: Schema) -> frozenset[str]:
    """The declared types; empty where every type is allowed.

    A field of a form is always text; ``x-declared`` keeps what its page declares.
    """
    declared = schema.get("x-declared", {}).get("type") or schema.get("type")
    found = {declared} if isinstance(declared, str) else set(declared or ())
    return frozenset(found | ({"null"} if found and schema.get("nullable") is True else set()))


def _relation(before: frozenset[str], after: frozenset[str]) -> tuple[Kind, Effect]:
    wide_before, wide_after = (_with_integers(types) for types in (before, after))
    if not before or (after and wide_after < wide_before):
        return Kind.NARROWED, EXCLUDES
    if not after or wide_before < wide_after:
        return Kind.WIDENED, ADMITS
    return Kind.CHANGED, BOTH


def _with_integers(types: frozenset[str]) -> frozenset[str]:
    """Every integer is a number."""
    return types | ({"integer"} if "number" in types else set())


def _enum(schema: Schema) -> dict[str, Any] | None:
    """The listed values by their JSON text; None where the list is open."""
    listed = schema.get("enum")
    if listed is None:
        listed = [schema["const"]] if "const" in schema else None
    return None if listed is None else {json.dumps(each, default=str): each for each in listed}


def _listed(values: Mapping[str, Any] | None) -> list[Any] | None:
    return None if values is None else list(values.values())


def _members(schema: Schema) -> Mapping[str, Schema]:
    found: Mapping[str, Schema] = schema.get("properties", {})
    return found


def _named(part: Part, keyword: str) -> dict[str, Part]:
    """The choices of a schema: by page where they are documented requests, else by their place."""
    found = map(part.below, part.schema.get(keyword, ()))
    return {
        str(each.schema.get("x-variant", f"{keyword}/{index}")): each
        for index, each in enumerate(found)
    }


def _brief(schema: Schema) -> dict[str, Any]:
    """What a field is, without texts, examples and sources."""
    kept = ("type", "format", "enum", "items", "default")
    return {keyword: schema[keyword] for keyword in kept if keyword in schema}


def _shown(types: frozenset[str]) -> str:
    return " or ".join(sorted(types)) or "any"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
