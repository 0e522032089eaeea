"""What changed between two contracts, and whom each change breaks."""
