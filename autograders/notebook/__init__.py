"""A notebook as it was handed in."""
