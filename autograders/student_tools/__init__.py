"""The student's commands."""
