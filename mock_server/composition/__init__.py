"""What a server is built from, and its rebuilding when one of its files changes."""
