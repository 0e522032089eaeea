"""The guard: an HTTP server on loopback through which every request of a run reaches the target.

It decides what may be sent, because Schemathesis sends requests that its hooks do not see, and
sends a POST again after a dropped connection.
"""
