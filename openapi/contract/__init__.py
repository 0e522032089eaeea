"""The read model of a built contract."""
