"""Connections as they come in: what is no request, takes too long or is too much ends here."""

from mock_server.transport.connections.guard import Guard
from mock_server.transport.connections.protocol import protocol

__all__ = ("Guard", "protocol")
