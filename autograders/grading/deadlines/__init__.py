"""When work is due, in the course's own time zone."""
