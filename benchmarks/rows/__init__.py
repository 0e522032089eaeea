"""What is measured, one module for each kind of row; the order is the table's."""

from collections.abc import Sequence

from benchmarks.rows.memory import Memory
from benchmarks.rows.render import Render
from benchmarks.rows.requests import CYCLE, REQUESTS, SHARED
from benchmarks.rows.row import Row
from benchmarks.rows.startup import ColdStart, FixtureCost, ImportTime

ROWS: Sequence[Row] = (
    ColdStart(),
    Memory(),
    *REQUESTS,
    CYCLE,
    *SHARED,
    ImportTime(),
    Render(),
    FixtureCost(),
)
