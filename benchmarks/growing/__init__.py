"""Every kind of input that the product takes, in two sizes: what the larger one costs is counted.

A kind whose cost grows faster than its size lets one caller, or one file, keep everybody waiting.
"""

# What is counted beside the others: its cost grows with the square, and has to be found.
QUADRATIC = "a square"
