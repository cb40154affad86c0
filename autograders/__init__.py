"""What grades the course: exercises as data, checks that explain, and the roads that run them."""
