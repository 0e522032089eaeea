"""The uvicorn server, worker processes and connection limits."""
