"""ASGI middleware around routing and handlers, one module for each."""
