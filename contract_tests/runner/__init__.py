"""One run against one target, from its options to its verdict."""
