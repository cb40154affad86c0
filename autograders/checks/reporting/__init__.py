"""What a student is told of an exercise: words, pictures, and what was wrong."""
