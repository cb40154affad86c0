"""The course's operations in numpy: short enough to read in class, as fast as torch's."""
