"""Counts what inputs of two sizes cost, for every kind of input.

If a cost grows faster than the input, one client or one file can block all others.
"""

# A control: its cost grows with the square of its size, which the test must detect.
QUADRATIC = "a square"
