"""What the operating system has for the course: folders, whole files, errors, the console."""
