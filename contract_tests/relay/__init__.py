"""The drill for a relay: the fake below, the relay between, a caller above; both sides compared."""
