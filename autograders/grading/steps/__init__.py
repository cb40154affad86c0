"""What a submission goes through: nbgrader's preprocessors, in their order."""
