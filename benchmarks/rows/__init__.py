"""What is measured, one module for each kind of row; the order is the table's."""

from collections.abc import Sequence

from benchmarks.rows.cold_start import ColdStart
from benchmarks.rows.cycle import CYCLE
from benchmarks.rows.fixture_cost import FixtureCost
from benchmarks.rows.import_time import ImportTime
from benchmarks.rows.memory import Memory
from benchmarks.rows.render import Render
from benchmarks.rows.requests import REQUESTS, SHARED
from benchmarks.rows.row import Row

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
