"""The roads from a submission to a grade: sanitise, run, record."""
