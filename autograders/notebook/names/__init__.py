"""The names that cells share, and so which cells are needed, found by reading them."""
