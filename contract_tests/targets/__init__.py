"""Targets: the fake in this process, the fake over HTTP, or any gateway by its URL."""
