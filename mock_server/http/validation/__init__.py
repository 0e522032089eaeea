"""Validation of requests and responses against the contract."""
