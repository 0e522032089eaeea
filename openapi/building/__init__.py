"""Documented pages, overlay and model catalogue to one checked contract."""
