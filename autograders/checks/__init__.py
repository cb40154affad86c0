"""What a student's notebook runs: exercises as data, and checks that judge and explain."""
