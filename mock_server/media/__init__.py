"""Clips drawn from a seed, as MP4, WebP and JPEG, cached and sent over HTTP.

This package does not depend on jobs, tenants or the wire formats of the API.
"""

from mock_server.media.clip import Clip, Media, Variant
from mock_server.media.library import MediaLibrary, render
from mock_server.media.ranges import (
    Asked,
    PreconditionFailedError,
    RangeNotSatisfiableError,
    content_response,
)

__all__ = (
    "Asked",
    "Clip",
    "Media",
    "MediaLibrary",
    "PreconditionFailedError",
    "RangeNotSatisfiableError",
    "Variant",
    "content_response",
    "render",
)
