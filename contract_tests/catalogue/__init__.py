"""Compares the models that a target lists, and their prices, with the catalogue."""
