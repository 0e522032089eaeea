"""The control API below ``/_mock``: what tests tell the fake to do and ask it afterwards."""
