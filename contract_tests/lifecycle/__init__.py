"""The life of jobs as it was observed, once, for all checks that look at it."""
