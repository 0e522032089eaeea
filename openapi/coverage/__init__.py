"""Compares and combines the model catalogue and the contract: which variant covers which model."""

from openapi.coverage.agreement import check, completed, documented_values, missing_models
from openapi.coverage.extension import extend
from openapi.coverage.variants import LENGTH_FIELDS, SIZE_FIELDS, variants

__all__ = (
    "LENGTH_FIELDS",
    "SIZE_FIELDS",
    "check",
    "completed",
    "documented_values",
    "extend",
    "missing_models",
    "variants",
)
