"""The instructor's report on an assignment: one page on what a class can do and where it errs."""
