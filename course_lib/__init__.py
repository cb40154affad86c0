"""What the notebooks import: data, pictures, gradient checks and reference operations."""
