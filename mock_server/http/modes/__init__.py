"""Ways to hold requests other than strictly: by their types, and by the contract's examples."""
