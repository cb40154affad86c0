"""Archives of Canvas, Moodle and Gradescope in; files of grades for them out."""
