"""JupyterHub's settings for The Littlest JupyterHub, in /opt/tljh/config/jupyterhub_config.d.

Students' JupyterLab gets the settings that `course lab` gives it, and nbgrader's Assignment List.
The hub's admins get JupyterLab as nbgrader sets it up, with formgrader and Create Assignment.
"""

SETTINGS = "/opt/cnn-course/autograders/student_tools/lab_settings"


def for_students(value):
    """The value of a variable for a spawner whose user is no admin; empty for an admin."""
    return lambda spawner: "" if spawner.user.admin else value


c = get_config()  # noqa: F821 - traitlets puts it here
c.Spawner.environment = {
    "JUPYTER_CONFIG_PATH": for_students(f"{SETTINGS}/exchange:{SETTINGS}/student"),
    "JUPYTER_PATH": for_students(f"{SETTINGS}/student"),
}
