"""The one way to a target: an HTTP server on loopback that every byte of a run goes through.

What costs money is decided here and not where requests are made: Schemathesis sends probes that no
hook of its own sees, and sends a POST again when a connection drops.
"""
