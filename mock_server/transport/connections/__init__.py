"""HTTP connections with limits: malformed, slow and oversized requests are refused here."""

from mock_server.transport.connections.guard import Guard, Load
from mock_server.transport.connections.protocol import protocol

__all__ = ("Guard", "Load", "protocol")
