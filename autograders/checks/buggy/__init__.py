"""Anonymous faulty implementations for the tasks that ask for inputs which expose them."""
