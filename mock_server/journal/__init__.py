"""The requests and responses of each tenant, bounded and searchable."""

from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal, JournalLimits, request_line
from mock_server.journal.search import Search

__all__ = ("Entry", "Journal", "JournalLimits", "Search", "request_line")
