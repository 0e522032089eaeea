"""Holds the overlay: what an action does to a document, and what is refused with its line."""

from pathlib import Path
from typing import Any

import pytest

from openapi.errors import SpecError
from openapi.overlay.apply import apply, load_overlay
from tests.openapi.samples import data, write

HEAD = """\
overlay: 1.0.0
info: {title: Additions, version: '1'}
actions:
"""

# What it shows: the document before, the action, the document after.
GOLDEN = {
    "objects merge, the new one wins over a plain value": (
        "info: {title: A, version: '1'}",
        "{target: $.info, update: {title: B, license: {name: MIT}}}",
        "info: {title: B, version: '1', license: {name: MIT}}",
    ),
    "an update reaches into what is there": (
        "a: {b: {c: 1, d: 2}}",
        "{target: $.a, update: {b: {d: 3, e: 4}}}",
        "a: {b: {c: 1, d: 3, e: 4}}",
    ),
    "a list within an object is appended to": (
        "a: {list: [1, 2]}",
        "{target: $.a, update: {list: [2, 3]}}",
        "a: {list: [1, 2, 3]}",
    ),
    "a targeted list takes an entry": (
        "tags: [{name: A}]",
        "{target: $.tags, update: {name: B}}",
        "tags: [{name: A}, {name: B}]",
    ),
    "a targeted list takes several entries": (
        "tags: [{name: A}]",
        "{target: $.tags, update: [{name: B}, {name: C}]}",
        "tags: [{name: A}, {name: B}, {name: C}]",
    ),
    "a key is removed": (
        "a: {b: 1, c: 2}",
        "{target: $.a.b, remove: true}",
        "a: {c: 2}",
    ),
    "items are removed by what they are, not by where they slide to": (
        "tags: [{name: A}, {name: B}, {name: C}]",
        "{target: '$.tags[1,0]', remove: true}",
        "tags: [{name: C}]",
    ),
    "an item selected twice is removed once": (
        "tags: [A, B, C]",
        "{target: '$.tags[0,0]', remove: true}",
        "tags: [B, C]",
    ),
    "what is removed is not updated": (
        "a: {b: {}, c: 2}",
        "{target: $.a.b, remove: true, update: {d: 1}}",
        "a: {c: 2}",
    ),
    "a filter selects by what an object has": (
        "a: [{k: 1}, {j: 2}, {k: 3}]",
        "{target: '$.a[?@.k]', update: {seen: true}}",
        "a: [{k: 1, seen: true}, {j: 2}, {k: 3, seen: true}]",
    ),
    "a filter selects by an extension's presence": (
        "a: {b: {x-mark: 1}, c: {}}",
        "{target: \"$.a[?@['x-mark']]\", remove: true}",
        "a: {c: {}}",
    ),
    "a wildcard selects every member": (
        "a: {b: {n: 1}, c: {n: 2}}",
        "{target: $.a.*, update: {n: 0}}",
        "a: {b: {n: 0}, c: {n: 0}}",
    ),
    "several names select several members": (
        "a: {b: {}, c: {}, d: {}}",
        "{target: \"$.a['b','d']\", update: {n: 1}}",
        "a: {b: {n: 1}, c: {}, d: {n: 1}}",
    ),
    "the whole document can be added to": (
        "a: 1",
        "{target: $, update: {b: 2}}",
        "a: 1\nb: 2",
    ),
}


def written(folder: Path, *actions: str) -> Path:
    """An overlay file with these actions, each with a source and a standing."""
    return write(folder / "overlay.yaml", HEAD + "".join(f"- {_said(each)}\n" for each in actions))


def _said(action: str) -> str:
    return action.replace("{", "{x-source: a book, x-standing: inferred, ", 1)


def applied(folder: Path, before: str, *actions: str) -> dict[str, Any]:
    """A document with actions carried out."""
    return apply(data(before), load_overlay(written(folder, *actions))).document


@pytest.mark.parametrize(("before", "action", "after"), GOLDEN.values(), ids=GOLDEN)
def test_an_action_does_what_it_says(tmp_path: Path, before: str, action: str, after: str) -> None:
    """Each golden pair: the document before an action and after it."""
    assert applied(tmp_path, before, action) == data(after)


def test_actions_apply_in_order_each_on_what_the_last_one_left(tmp_path: Path) -> None:
    """A later action finds what an earlier one added."""
    actions = ("{target: $, update: {a: {}}}", "{target: $.a, update: {b: 1}}")

    assert applied(tmp_path, "z: 0", *actions) == {"z": 0, "a": {"b": 1}}


def test_the_document_given_stays_as_it_was(tmp_path: Path) -> None:
    """An overlay is applied to a copy."""
    before = data("a: {b: [1]}")
    apply(before, load_overlay(written(tmp_path, "{target: $.a, update: {b: [2]}}")))

    assert before == {"a": {"b": [1]}}


def test_two_places_do_not_share_what_was_added_to_both(tmp_path: Path) -> None:
    """An update of one of two equal additions leaves the other alone."""
    actions = ("{target: $.*, update: {n: {m: 1}}}", "{target: $.a.n, update: {m: 2}}")

    assert applied(tmp_path, "a: {}\nb: {}", *actions)["b"] == {"n": {"m": 1}}


REFUSED = {
    "a target that matches nothing": ("{target: $.nope, update: {}}", "matches nothing"),
    "a target that is no JSONPath": ("{target: '$[', update: {}}", "not a JSONPath"),
    "the whole document taken away": ("{target: $, remove: true}", "remove the whole document"),
    "an object for a plain value": ("{target: $.a, update: {b: {}}}", "'b' is a plain value"),
    "a plain value for an object": ("{target: $, update: {a: 1}}", "'a' is an object"),
    "a list for an object": ("{target: $, update: {a: [1]}}", "would become a list"),
    "a plain value for a targeted object": (
        "{target: $.a, update: 1}",
        "one of the update and the target",
    ),
    "an update of a plain value": (
        "{target: $.a.b, update: {c: 1}}",
        "one of the update and the target",
    ),
    "an object that becomes a reference": (
        "{target: $.a, update: {ref: {$ref: '#/b'}}}",
        "'ref' cannot be a reference and more",
    ),
    "a reference that becomes more": (
        "{target: $.a, update: {refers: {more: 1}}}",
        "'refers' cannot be a reference and more",
    ),
}


@pytest.mark.parametrize(("action", "why"), REFUSED.values(), ids=REFUSED)
def test_an_action_that_cannot_be_carried_out_is_named(
    tmp_path: Path, action: str, why: str
) -> None:
    """The error names file, line, target and reason; the second action of the file is on line 5."""
    path = written(tmp_path, "{target: $, update: {z: 1}}", action)
    before = data("a: {b: 1, ref: {c: 1}, refers: {$ref: '#/a'}}")
    with pytest.raises(SpecError, match=r"cannot be applied") as caught:
        apply(before, load_overlay(path))

    assert (caught.value.where, caught.value.line) == (str(path), 5)
    assert why in caught.value.why


def test_unmatched_actions_are_left_out_when_asked(tmp_path: Path) -> None:
    """With --skip-unmatched, what matches nothing is listed and everything else is carried out."""
    path = written(tmp_path, "{target: $.nope, update: {}}", "{target: $, update: {b: 2}}")
    completed = apply({"a": 1}, load_overlay(path), skip_unmatched=True)

    assert completed.document == {"a": 1, "b": 2}
    assert [(action.target, action.line) for action in completed.unmatched] == [("$.nope", 4)]
