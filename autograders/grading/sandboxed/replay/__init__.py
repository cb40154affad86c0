"""A record of what a function does with tensors, and doing it again with other numbers."""
