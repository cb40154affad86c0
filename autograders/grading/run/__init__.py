"""A class graded: submissions in, one process that saves."""
