"""The control API below ``/_mock``: tests set the fake's behaviour and inspect what it received."""
