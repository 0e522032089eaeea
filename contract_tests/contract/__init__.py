"""The contract as checks read it, and the documented requests made from it."""
