"""Calls an answer with the arguments of a case, and compares what comes back."""
