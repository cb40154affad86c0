"""JupyterHub's settings for The Littlest JupyterHub, in /opt/tljh/config/jupyterhub_config.d.

JupyterLab gets the settings that `course lab` gives it, and nbgrader's Assignment List.
"""

SETTINGS = "/opt/cnn-course/autograders/lab_settings"

c = get_config()  # noqa: F821 - traitlets puts it here
c.Spawner.environment = {"JUPYTER_CONFIG_PATH": f"{SETTINGS}/exchange:{SETTINGS}/student"}
