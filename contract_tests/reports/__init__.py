"""A run's report in every form there is; none of them holds a key."""
