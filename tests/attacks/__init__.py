"""Attacks on the grading, and the roads by which they go through it."""
