"""What is looked at, by aspect and operation: the checks, and the defects that prove them."""
