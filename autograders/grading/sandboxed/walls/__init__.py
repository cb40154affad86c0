"""What keeps a student's process from everything but its own scratch folder."""
