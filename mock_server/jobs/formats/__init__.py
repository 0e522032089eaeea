"""The two wire vocabularies; each translates between its words and the one job domain."""
