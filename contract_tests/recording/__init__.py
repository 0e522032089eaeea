"""Cassettes: the traffic of a gateway in a folder, sanitised when it is written.

A cassette has three parts: ``cassette.yaml`` says what was recorded, ``traffic.jsonl`` has one
exchange a line, ``blobs/`` has large bodies by their SHA-256. Nothing in it is a secret: keys, job
ids, addresses, times and texts of requests are replaced by references such as ``<video:1>``, which
are the same for the same value, so that relations survive.
"""
