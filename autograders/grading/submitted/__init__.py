"""What was handed in, whose it is, and when it came."""
