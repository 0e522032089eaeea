"""OpenAPI overlays: additions to a merged document, each with its source."""
