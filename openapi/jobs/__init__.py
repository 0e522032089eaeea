"""The part of an operation in a job's life: described by a contract, or proposed by rules."""
