"""The page on which a student reads scores and comments."""
