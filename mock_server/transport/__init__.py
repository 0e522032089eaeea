"""The uvicorn server, worker processes and the limits of connections."""
