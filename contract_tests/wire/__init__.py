"""Requests and replies as they go over the wire, and what sends them."""
