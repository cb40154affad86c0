"""The process that holds the hidden cases, and asks students' processes."""
