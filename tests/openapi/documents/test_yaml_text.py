"""Text of YAML is, byte for byte, what PyYAML's own emitter makes of the data."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

import openapi
from openapi.documents.yaml_text import rendered, rendered_by_events

FILES = sorted(Path(openapi.__file__).parent.rglob("*.yaml"))
# Words and signs that YAML reads in its own ways, and what fills a line.
ODD = st.sampled_from(
    [
        *("yes", "No", "null", "~", "", " ", "1", "1.0", "0x1f", "1_000", "2001-01-01", "=", "<<"),
        *("- a", "a: b", "a #b", "#a", "'a'", '"a"', "[a]", "{a}", "&a", "*a", "!a", "%a", "@a"),
        *("a\nb", "a\n", "\na", " a\nb", "a\n\n", "a\tb", "\t", "a\x85b", "a\u2028b", "\ufeff"),
        *("提示词", "\N{CAT FACE}", "\x07", "a\r\nb", "a ", "? a", ": a", "---", "..."),
        *("word " * 40, "x" * 130, "'quoted' " * 20, "a: b " * 30, "提示 词语 " * 30),
    ]
)
TEXTS = st.text(max_size=12) | ODD
LEAVES = TEXTS | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_files_of_the_package_are_rendered_alike(file: Path) -> None:
    """Every document of this package."""
    document = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)

    assert rendered(document) == rendered_by_events(document)


@given(VALUES)
@example({"a": {"b": [[], {}, [["c"]], {"d": [{}]}]}})
@example({200: "a", True: "b"})
@example({"a": [0.0, -0.0, 0, False, 1, True, 1.0]})
def test_any_data_is_rendered_alike(document: Any) -> None:
    """Texts of every kind, nested in any way, and data whose keys are no texts."""
    assert rendered(document) == rendered_by_events(document)


@given(st.dictionaries(TEXTS, LEAVES, min_size=1, max_size=6), st.integers(0, 30))
def test_lines_are_folded_alike_at_any_depth(members: dict[str, Any], depth: int) -> None:
    """Where a long text begins far to the right, it is folded sooner."""
    document: Any = {**members, "again": list(members.values())}
    for _ in range(depth):
        document = {"deeper": document}

    assert rendered(document) == rendered_by_events(document)
