"""The built contract, as whatever serves or tests it reads it."""
