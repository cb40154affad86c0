"""Sample submissions: right and wrong ones by assignment, and of assignment 01 mangled ones."""
