"""Runs Schemathesis through the guard and turns its failures into findings."""
