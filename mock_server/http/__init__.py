"""HTTP on both sides of a handler: exchange, errors, security, documentation page, CORS."""
