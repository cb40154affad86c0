"""nbgrader's settings for everyone on The Littlest JupyterHub."""

from pathlib import Path

c = get_config()  # noqa: F821 - traitlets puts it here
c.CourseDirectory.course_id = "cnn"
c.Exchange.assignment_dir = str(Path.home() / "cnn-course")  # what is handed in lies there
