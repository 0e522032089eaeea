"""Findings, and the known deviations that excuse them."""
