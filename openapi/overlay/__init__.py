"""OpenAPI overlays: additions to a merged contract, each with its source."""
