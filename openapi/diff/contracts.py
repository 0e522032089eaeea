"""Compares two contracts operation by operation."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi.contract.contract import Contract, Operation
from openapi.contract.evidence import NO_SOURCE
from openapi.contract.paths import parameter_names, path_form, without_version
from openapi.contract.schemas import Schema
from openapi.diff.difference import (
    ADMITS,
    BOTH,
    EXCLUDES,
    NONE,
    Difference,
    Direction,
    Effect,
    Kind,
    by_weight,
    limited,
    one_way,
)
from openapi.diff.schemas import Part, SchemaComparison

_PAGE = re.compile(r"([^\s,:]+):[0-9]+")
_ALL = "every operation"


@dataclass(frozen=True, slots=True)
class _Sides:
    """One operation of both contracts."""

    old: Operation
    new: Operation

    @property
    def sources(self) -> tuple[str, str]:
        return _source(self.old), _source(self.new)


def compare_contracts(old: Contract, new: Contract) -> list[Difference]:
    """List every change from one contract to the other, what breaks clients first."""
    return by_weight(_differences(old, new))


def _differences(old: Contract, new: Contract) -> Iterator[Difference]:
    yield from _servers(old, new)
    pairs, gone, come = _paired(old, new)
    for operation in gone:
        yield _whole(operation, Kind.REMOVED)
    for operation in come:
        yield _whole(operation, Kind.ADDED)
    for sides in pairs:
        yield from _OperationComparison(old, new, sides).differences()


def _servers(old: Contract, new: Contract) -> Iterator[Difference]:
    before, after = (_addresses(side) for side in (old, new))
    gone = [url for url in before if url not in after]
    come = [url for url in after if url not in before]
    if gone or come:
        kind = Kind.MOVED if gone and come else Kind.REMOVED if gone else Kind.ADDED
        sources = (before[gone[0]] if gone else "", after[come[0]] if come else "")
        effect = EXCLUDES if gone else NONE
        values = (gone or None, come or None)
        yield Difference(_ALL, Direction.REQUEST, kind, "servers", *values, *sources, effect)


def _addresses(contract: Contract) -> dict[str, str]:
    listed = contract.document.get("x-documented-servers") or contract.document.get("servers", ())
    return {str(each.get("url")): str(each.get("x-source", "")) for each in listed}


def _paired(old: Contract, new: Contract) -> tuple[list[_Sides], list[Operation], list[Operation]]:
    """The operations of both contracts, then those of only the old one and only the new one."""
    come = {_key(each): each for each in new.operations}
    pairs, gone = [], []
    for operation in old.operations:
        same = come.pop(_key(operation), None)
        if same is None:
            gone.append(operation)
        else:
            pairs.append(_Sides(operation, same))
    for operation in list(gone):
        moved = [each for each in come.values() if _is_moved(operation, each)]
        if len(moved) == 1:
            pairs.append(_Sides(operation, come.pop(_key(moved[0]))))
            gone.remove(operation)
    return pairs, gone, list(come.values())


def _key(operation: Operation) -> tuple[str, str]:
    """What identifies an operation: how a path calls its parameters does not reach the wire."""
    return operation.method, path_form(operation.path)


def _is_moved(old: Operation, new: Operation) -> bool:
    """Whether one operation went to another path: another version, or the same page."""
    if old.method != new.method:
        return False
    (_, before), (_, after) = _key(old), _key(new)
    if without_version(before) == without_version(after):
        return True
    pages = (frozenset(_PAGE.findall(_source(each))) for each in (old, new))
    return bool(frozenset.intersection(*pages)) and before.count("{}") == after.count("{}")


def _whole(operation: Operation, kind: Kind) -> Difference:
    name, source = _name(operation), _source(operation)
    if kind is Kind.REMOVED:
        return Difference(
            name, Direction.REQUEST, kind, "operation", name, None, source, "", EXCLUDES
        )
    return Difference(name, Direction.REQUEST, kind, "operation", None, name, "", source, ADMITS)


class _OperationComparison:
    """Compares one operation that both contracts have."""

    def __init__(self, old: Contract, new: Contract, sides: _Sides) -> None:
        self._old, self._new, self._sides = old, new, sides
        self._name = _name(sides.new)

    def differences(self) -> Iterator[Difference]:
        old, new = self._sides.old, self._sides.new
        if _key(old) != _key(new):
            yield self._request(Kind.MOVED, "path", (_name(old), _name(new)), BOTH)
        if bool(old.node.get("deprecated")) != bool(new.node.get("deprecated")):
            states = bool(old.node.get("deprecated")), bool(new.node.get("deprecated"))
            yield self._request(Kind.CHANGED, "deprecated", states, NONE)
        for text in ("summary", "description"):
            if old.node.get(text) != new.node.get(text):
                values = old.node.get(text), new.node.get(text)
                yield self._request(Kind.REWORDED, text, values, NONE)
        yield from self._security()
        yield from self._parameters()
        yield from self._body()
        yield from self._responses()

    def _request(self, kind: Kind, at: str, values: tuple[Any, Any], effect: Effect) -> Difference:
        return self._difference(Direction.REQUEST, kind, at, values=values, effect=effect)

    def _difference(
        self, direction: Direction, kind: Kind, at: str, *, values: tuple[Any, Any], effect: Effect
    ) -> Difference:
        sources = self._sides.sources
        return Difference(self._name, direction, kind, at, *values, *sources, effect)

    def _security(self) -> Iterator[Difference]:
        before, after = (
            operation.node.get("security", contract.document.get("security", []))
            for operation, contract in ((self._sides.old, self._old), (self._sides.new, self._new))
        )
        if before == after:
            return
        needed, needs = (bool(side) and {} not in side for side in (before, after))
        kind, effect = limited(before=needed, after=needs)
        yield self._request(kind, "security", (before, after), effect)

    def _parameters(self) -> Iterator[Difference]:
        before, after = (_parameters(side) for side in (self._sides.old, self._sides.new))
        for key, was in before.items():
            name = f"{key[0]} parameter {was['name']}"
            if key not in after:
                yield self._request(Kind.REMOVED, name, (was.get("schema"), None), EXCLUDES)
                continue
            now = after[key]
            yield from self._demand(name, was, now)
            yield from self._schemas(Direction.REQUEST, name, was, now)
        for key, now in after.items():
            if key not in before:
                required = bool(now.get("required"))
                name = f"{key[0]} parameter {now['name']}" + (", required" if required else "")
                effect = Effect(excludes=required, admits=True)
                yield self._request(Kind.ADDED, name, (None, now.get("schema")), effect)

    def _demand(self, name: str, was: Schema, now: Schema) -> Iterator[Difference]:
        """A part of the request that must be sent now, or need not be any more."""
        before, after = bool(was.get("required")), bool(now.get("required"))
        if before != after:
            kind, effect = one_way(narrower=after)
            yield self._request(kind, f"{name}, required", (before, after), effect)

    def _body(self) -> Iterator[Difference]:
        was, now = (
            contract.resolve(operation.node.get("requestBody", {}))
            for operation, contract in ((self._sides.old, self._old), (self._sides.new, self._new))
        )
        yield from self._demand("request body", was, now)
        content = (self._sides.old.content, self._sides.new.content)
        yield from self._content(Direction.REQUEST, "", *content)

    def _responses(self) -> Iterator[Difference]:
        before, after = self._sides.old.responses, self._sides.new.responses
        for status in dict.fromkeys((*before, *after)):
            was, now = before.get(status), after.get(status)
            if was is None or now is None:
                kind = Kind.ADDED if was is None else Kind.REMOVED
                # A client handles a status that it does not know as its class; a 2xx is its result.
                effect = ADMITS if status.startswith("2") else NONE
                values = (None, status) if was is None else (status, None)
                at = f"status {status}"
                yield self._difference(Direction.RESPONSE, kind, at, values=values, effect=effect)
                continue
            contents = was.get("content", {}), now.get("content", {})
            yield from self._content(Direction.RESPONSE, f"status {status}", *contents)
            yield from self._headers(f"status {status}", was, now)

    def _headers(self, at: str, was: Schema, now: Schema) -> Iterator[Difference]:
        before, after = was.get("headers", {}), now.get("headers", {})
        for name in dict.fromkeys((*before, *after)):
            here = f"{at}, header {name}"
            if name not in after:
                change, effect = (name, None), ADMITS
                yield self._difference(
                    Direction.RESPONSE, Kind.REMOVED, here, values=change, effect=effect
                )
            elif name not in before:
                yield self._difference(
                    Direction.RESPONSE, Kind.ADDED, here, values=(None, name), effect=NONE
                )
            else:
                old, new = self._old.resolve(before[name]), self._new.resolve(after[name])
                yield from self._schemas(Direction.RESPONSE, here, old, new)

    def _content(
        self,
        direction: Direction,
        at: str,
        before: Mapping[str, Schema],
        after: Mapping[str, Schema],
    ) -> Iterator[Difference]:
        removed, added = (EXCLUDES, ADMITS) if direction is Direction.REQUEST else (ADMITS, ADMITS)
        for media_type in dict.fromkeys((*before, *after)):
            here = ", ".join(filter(None, (at, media_type)))
            if media_type not in after:
                yield self._difference(
                    direction, Kind.REMOVED, here, values=(media_type, None), effect=removed
                )
            elif media_type not in before:
                yield self._difference(
                    direction, Kind.ADDED, here, values=(None, media_type), effect=added
                )
            else:
                yield from self._schemas(direction, here, before[media_type], after[media_type])

    def _schemas(
        self, direction: Direction, at: str, was: Schema, now: Schema
    ) -> Iterator[Difference]:
        sources = self._sides.sources
        old = Part.of(self._old, was.get("schema", {}), str(was.get("x-source", sources[0])))
        new = Part.of(self._new, now.get("schema", {}), str(now.get("x-source", sources[1])))
        for shift in SchemaComparison(direction).compare(old, new):
            yield Difference(
                self._name,
                direction,
                shift.kind,
                ", ".join((at, *shift.at)),
                shift.old,
                shift.new,
                shift.old_source,
                shift.new_source,
                shift.effect,
            )


def _parameters(operation: Operation) -> dict[tuple[str, str], Schema]:
    """Parameters by what distinguishes them on the wire: those of a path by their place in it."""
    order = parameter_names(operation.path)
    found: dict[tuple[str, str], Schema] = {}
    for each in operation.parameters:
        where, name = str(each.get("in")), str(each.get("name"))
        if where == "path" and name in order:
            found[where, str(order.index(name))] = each
        else:
            found[where, name.lower() if where == "header" else name] = each
    return found


def _name(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _source(operation: Operation) -> str:
    return "" if operation.source == NO_SOURCE else operation.source
