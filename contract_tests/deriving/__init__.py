"""Derives a dialect, scenarios and models from recorded traffic, each fact with its evidence.

What traffic shows becomes data that the fake serves as it stands. Everything here is a function of
the exchanges; nothing is sent to the target.
"""
