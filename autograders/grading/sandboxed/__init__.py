"""What runs in the sandbox, beside the student edition."""
