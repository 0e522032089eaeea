"""Editions of a built contract, derived for a purpose and never edited."""
