"""The bills of the store in a SQLite file: sums over its jobs, and over those that were removed."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from mock_server.domain.bill import NOTHING, Totals, charged_at_end
from mock_server.domain.job import Job

# What a statement that removes jobs returns of each.
COSTS = "RETURNING ends_ms, price, ended, removed"
# One statement, so that a job that is removed meanwhile counts once. Arguments: tenant, instant.
TOTALS = """SELECT count(*), count(*) - count(price),
        coalesce(sum(CASE WHEN ends_ms <= ?2 THEN 0 ELSE price - waiting END), 0),
        coalesce(sum(CASE WHEN ends_ms <= ?2 THEN ended ELSE waiting END), 0),
        coalesce(sum(CASE WHEN ends_ms <= ?2 THEN price - ended ELSE 0 END), 0)
    FROM jobs WHERE tenant = ?1
    UNION ALL SELECT jobs, unpriced, 0, charged, refunded FROM removed_jobs WHERE tenant = ?1"""
_SETTLE = """INSERT INTO removed_jobs VALUES (?, 1, ?, ?, ?) ON CONFLICT DO UPDATE SET
    jobs = jobs + 1, unpriced = unpriced + excluded.unpriced,
    charged = charged + excluded.charged, refunded = refunded + excluded.refunded"""


def columns(job: Job) -> tuple[int | None, int, int, int]:
    """The columns of a job: its price, and what is charged before its end, after it, if removed."""
    price, waiting, _, removed = job.cost
    return price, waiting, charged_at_end(job), removed


def totals(rows: Sequence[Sequence[int]]) -> Totals:
    """The sum of what ``TOTALS`` selects."""
    found = NOTHING
    for row in rows:
        found = found.plus(Totals(*row))
    return found


def settle(
    connection: sqlite3.Connection, tenant: str, removed: Sequence[Any], now_ms: int
) -> None:
    """Add what removed jobs have cost, within the transaction that removes them."""
    for ends_ms, price, ended, cancelled in removed:
        charged = ended if ends_ms is not None and ends_ms <= now_ms else cancelled
        refunded = 0 if price is None else price - charged
        connection.execute(_SETTLE, (tenant, price is None, charged, refunded))
