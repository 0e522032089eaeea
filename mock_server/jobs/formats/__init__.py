"""The two wire formats: each reads requests into orders and writes jobs as responses."""
