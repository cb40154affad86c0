"""nbgrader's gradebook, and the course's folders around it."""
