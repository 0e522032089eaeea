"""The request modes besides strict: validation by type only, and the contract's examples."""
