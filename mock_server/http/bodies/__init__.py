"""Request bodies: reading within limits, JSON and multipart forms."""
