"""What is said to a request that ends at its connection."""

import httptools

from mock_server.errors import (
    HEADERS_TOO_LARGE,
    MALFORMED_HTTP,
    REQUEST_TIMEOUT,
    TOO_MANY_BODIES,
    TOO_MANY_CONNECTIONS,
    URL_TOO_LONG,
    ApiError,
    shown,
)


def malformed(error: httptools.HttpParserError) -> ApiError:
    """It cannot be parsed."""
    reason = str(error) or type(error).__name__
    return ApiError(MALFORMED_HTTP, f"This is no HTTP request: {shown(reason)}.")


def too_many_connections(most: int) -> ApiError:
    """There are enough connections."""
    message = f"The server has {most} connections, which is its limit; try again."
    return ApiError(TOO_MANY_CONNECTIONS, message)


def too_many_bodies(most: int) -> ApiError:
    """There is no room for its body now."""
    message = f"All request bodies together are over the limit of {most} bytes; try again."
    return ApiError(TOO_MANY_BODIES, message)


def long_url(most: int) -> ApiError:
    """Its URL is too long."""
    return ApiError(URL_TOO_LONG, f"The URL is over the limit of {most} bytes.")


def large_head(count: int, size: int) -> ApiError:
    """Its headers are too many, or too large."""
    message = f"The headers are over the limit of {count}, or of {size} bytes together."
    return ApiError(HEADERS_TOO_LARGE, message)


def too_slow(seconds: float) -> ApiError:
    """It took too long to arrive."""
    return ApiError(REQUEST_TIMEOUT, f"The request was not complete within {seconds:g} seconds.")


def too_many_requests() -> ApiError:
    """Too many requests wait on its connection."""
    return ApiError(MALFORMED_HTTP, "Too many requests without an answer.")
