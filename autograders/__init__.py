"""What grades the course: exercises as data, checks that explain, and the roads that run them."""

from autograders.check import checks_for

__all__ = ["checks_for"]
