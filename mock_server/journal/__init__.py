"""What was asked of the fake and how it answered, by tenant: bounded, and searchable."""

from mock_server.journal.entry import Entry
from mock_server.journal.journal import Journal
from mock_server.journal.limits import JournalLimits
from mock_server.journal.search import Search

__all__ = ("Entry", "Journal", "JournalLimits", "Search")
