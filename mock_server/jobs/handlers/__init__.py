"""What each operation means. Every class lists its operations; ``table`` puts them together."""
