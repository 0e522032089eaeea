"""The bills of the store in a SQLite file, and the terms on which it accepts jobs.

A bill is a sum over the tenant's jobs, and over those that were removed.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

from mock_server.domain.bill import (
    MOST_REMOVED,
    NOTHING,
    Terms,
    Totals,
    charged_at_end,
    require_affordable,
)
from mock_server.domain.job import Job
from mock_server.domain.retention import MOST_AT_ONCE

# What a statement that removes jobs returns of each.
COSTS = "RETURNING ends_ms, price, ended, removed, job"
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
_ENTER = "INSERT INTO removed_entries (tenant, removed_ms, job) VALUES (?, ?, ?)"
_DROP = """DELETE FROM removed_entries WHERE tenant = ?1 AND number <= (
    SELECT number FROM removed_entries WHERE tenant = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)"""
REMOVED = "SELECT removed_ms, job FROM removed_entries WHERE tenant = ? ORDER BY number"
_REPEATED = "SELECT job FROM onces WHERE tenant = ? AND mark = ? AND until_ms > ?"
_FORGET = """DELETE FROM onces WHERE (tenant, mark) IN (
    SELECT tenant, mark FROM onces WHERE tenant = ? AND until_ms <= ? ORDER BY until_ms LIMIT ?)"""
_MARK = "INSERT OR REPLACE INTO onces VALUES (?, ?, ?, ?)"


def columns(job: Job) -> tuple[int | None, int, int, int]:
    """The columns of a job: its price, and what is charged before its end, after it, if removed."""
    price, waiting, _, removed = job.cost
    return price, waiting, charged_at_end(job), removed


def agreed(connection: sqlite3.Connection, job: Job, raw: bytes, terms: Terms) -> bytes | None:
    """Hold the terms of a new job; returns an earlier one of the same request.

    Raises:
        OverBudgetError: it exceeds the budget.
    """
    tenant, now, once = job.tenant, job.created_ms, terms.once
    if once is not None:
        earlier = connection.execute(_REPEATED, (tenant, once.mark, now)).fetchone()
        if earlier is not None:
            return bytes(earlier[0])
    if terms.budget is not None:
        found = totals(connection.execute(TOTALS, (tenant, now)).fetchall())
        require_affordable(job, found, terms.budget)
    if once is not None:
        connection.execute(_FORGET, (tenant, now, MOST_AT_ONCE))
        connection.execute(_MARK, (tenant, once.mark, once.until_ms, raw))
    return None


def totals(rows: Sequence[Sequence[int]]) -> Totals:
    """The sum of what ``TOTALS`` selects."""
    found = NOTHING
    for row in rows:
        found = found.plus(Totals(*row))
    return found


def settle(
    connection: sqlite3.Connection, tenant: str, removed: Sequence[Any], now_ms: int
) -> None:
    """Enter removed jobs and what they have cost, within the transaction that removes them."""
    for ends_ms, price, ended, cancelled, job in removed:
        charged = ended if ends_ms is not None and ends_ms <= now_ms else cancelled
        refunded = 0 if price is None else price - charged
        connection.execute(_SETTLE, (tenant, price is None, charged, refunded))
        connection.execute(_ENTER, (tenant, now_ms, job))
    if removed:
        connection.execute(_DROP, (tenant, MOST_REMOVED))
