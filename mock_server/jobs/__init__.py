"""Video jobs: the service that creates and finds them, wire formats, operation handlers."""
