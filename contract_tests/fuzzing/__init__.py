"""Schemathesis' phases through the guard, and what they find as findings of this suite."""
