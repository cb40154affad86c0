"""The course's operations, answered by torch on the device and dtype that it is given."""
