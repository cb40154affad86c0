"""`course lab` opens a student's folder: its package in the kernels, its settings in the server."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from browser.jupyterlab import SERVER_OPTIONS, isolated_environment, running_server
from cli.student import make_student_folder, notebook_of
from grading.small_course import NAME
from helpers import ROOT
from jupyter_client.manager import start_new_kernel
from jupyterlab_server.workspaces_handler import WorkspacesManager
from nbgrader import __version__ as nbgrader_version
from traitlets.config import Config

from autograders.student_tools.lab import lab_command, lab_environment
from autograders.student_tools.lab_workspace import first_page, prepare_first_view

SERVER_SETTINGS = """
import json
from jupyter_core.paths import jupyter_config_path
from jupyter_server.extension.config import ExtensionConfigManager
from jupyterlab_server.config import get_page_config
from jupyterlab_server.settings_utils import _get_overrides

extensions = ExtensionConfigManager(read_config_path=jupyter_config_path())
print(json.dumps({
    "lab off": get_page_config([])["disabledExtensions"],
    "server on": [n for n, on in extensions.get_jpserver_extensions().items() if on],
    "defaults": _get_overrides("/nowhere")[0],
}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_student_folder(tmp_path / "cnn-course")


def settings(environment: dict[str, str]) -> dict[str, list[str]]:
    """What a Jupyter server started with `environment` reads."""
    done = subprocess.run(
        [sys.executable, "-c", SERVER_SETTINGS],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_students_see_validate_and_nothing_of_the_instructors(folder: Path, tmp_path: Path) -> None:
    found = settings(lab_environment(folder, isolated_environment(tmp_path)))
    tools = ("assignment-list", "course-list", "create-assignment", "formgrader", "menu")
    assert {f"@jupyter/nbgrader:{tool}" for tool in tools} <= set(found["lab off"])
    assert "@jupyter/nbgrader:validate-assignment" not in found["lab off"]
    assert "@jupyterlab/extensionmanager-extension:plugin" in found["lab off"]
    nbgrader = [name for name in found["server on"] if name.startswith("nbgrader")]
    assert nbgrader == ["nbgrader.server_extensions.validate_assignment"]


def test_no_question_about_news_and_no_widget_state_in_notebooks(
    folder: Path, tmp_path: Path
) -> None:
    defaults = settings(lab_environment(folder, isolated_environment(tmp_path)))["defaults"]
    assert defaults["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"  # type: ignore[call-overload]
    assert defaults["@jupyter-widgets/jupyterlab-manager:plugin"]["saveState"] is False  # type: ignore[call-overload]


def test_assignment_list_is_there_where_an_exchange_is(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = tmp_path / "exchange"
    config = tmp_path / "config" / "nbgrader_config.py"
    config.parent.mkdir()
    config.write_text(f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n")
    environment = isolated_environment(tmp_path)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(config.parent))
    listed = "@jupyter/nbgrader:assignment-list"
    assert listed in settings(lab_environment(folder, environment))["lab off"]
    exchange.mkdir()
    found = settings(lab_environment(folder, environment))
    assert listed not in found["lab off"]
    assert "@jupyter/nbgrader:formgrader" in found["lab off"]
    assert "nbgrader.server_extensions.assignment_list" in found["server on"]


def test_kernels_import_the_package_of_the_folder(folder: Path, tmp_path: Path) -> None:
    other = make_student_folder(tmp_path / "other")
    for place in (folder, other):
        (place / "autograders" / "__init__.py").write_text("")
    given = {**isolated_environment(tmp_path), "PYTHONPATH": str(other)}
    environment = lab_environment(folder, given)
    manager, client = start_new_kernel(env=environment, cwd=str(folder / NAME))
    try:
        printed: list[str] = []
        client.execute_interactive(
            "import autograders; print(autograders.__file__)",
            timeout=60,
            output_hook=lambda message: printed.append(message["content"].get("text", "")),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert "".join(printed).strip() == str(folder / "autograders" / "__init__.py")


def test_first_page_is_the_notebook_worked_on_last_else_the_first_else_the_readme(
    folder: Path,
) -> None:
    first, later = notebook_of(folder), folder / "02-next" / "02-next.ipynb"
    later.parent.mkdir()
    for path in (later, folder / "autograders" / "released" / later.name):
        path.write_text("{}")
    first.write_bytes((folder / "autograders" / "released" / first.name).read_bytes())
    os.utime(first, (100, 100))
    assert first_page(folder) == f"{NAME}/{NAME}.ipynb"
    later.write_text('{"cells": []}')
    os.utime(later, (50, 50))
    assert first_page(folder) == "02-next/02-next.ipynb"
    first.write_text('{"cells": []}')
    assert first_page(folder) == f"{NAME}/{NAME}.ipynb"
    first.unlink()
    later.unlink()
    assert first_page(folder) == "README.md"


def test_first_view_is_prepared_once_and_then_what_the_student_left_open_is_kept(
    tmp_path: Path,
) -> None:
    prepare_first_view(tmp_path, "README.md")
    assert not list(tmp_path.iterdir())
    prepare_first_view(tmp_path, f"{NAME}/{NAME}.ipynb")
    loaded = WorkspacesManager(str(tmp_path)).load("default")
    assert f"notebook:{NAME}/{NAME}.ipynb" in loaded["data"]
    assert loaded["metadata"]["id"] == "default"
    [path] = tmp_path.iterdir()
    path.write_text("{}")
    prepare_first_view(tmp_path, f"{NAME}/{NAME}.ipynb")
    assert path.read_text() == "{}"


def test_a_hub_prepares_the_first_view_below_the_home_folder(tmp_path: Path, folder: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "autograders.student_tools.lab_workspace",
            str(tmp_path / "w"),
            "--below",
            "course",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    [path] = (tmp_path / "w").iterdir()
    assert f"notebook:course/{NAME}/{NAME}.ipynb" in json.loads(path.read_text())["data"]


def test_hubs_give_students_the_settings_of_course_lab_and_admins_nbgraders_own() -> None:
    student, admin = (spawner_of(is_admin) for is_admin in (False, True))
    tljh = configured((ROOT / "deploy" / "tljh_course.py").read_text(encoding="utf-8"))
    given = {name: value(student) for name, value in tljh.Spawner.environment.items()}
    settings = "/opt/cnn-course/autograders/student_tools/lab_settings"
    assert given == {
        "JUPYTER_CONFIG_PATH": f"{settings}/exchange:{settings}/student",
        "JUPYTER_PATH": f"{settings}/student",
    }
    assert {value(admin) for value in tljh.Spawner.environment.values()} == {""}

    image = (ROOT / "Containerfile").read_text(encoding="utf-8")
    assert dict(re.findall(r"(JUPYTER_\w*PATH)=(\S+)", image)) == given
    values = yaml.safe_load((ROOT / "deploy" / "z2jh-values.yaml").read_text(encoding="utf-8"))
    hook = configured(values["hub"]["extraConfig"]["course"]).KubeSpawner.pre_spawn_hook
    for spawner in (student, admin):
        hook(spawner)
    assert student.environment == {"LANG": "C"}
    assert admin.environment == {"LANG": "C", "JUPYTER_CONFIG_PATH": "", "JUPYTER_PATH": ""}


def spawner_of(is_admin: bool) -> SimpleNamespace:
    return SimpleNamespace(user=SimpleNamespace(admin=is_admin), environment={"LANG": "C"})


def configured(code: str) -> Config:
    """What a file of a hub's settings sets."""
    config = Config()
    exec(code, {"c": config, "get_config": lambda: config})
    return config


def test_arguments_are_passed_to_jupyterlab_after_the_courses_own(folder: Path) -> None:
    command = lab_command(folder, ["--no-browser"])
    assert command[1:3] == ["-m", "jupyterlab"]
    assert command[-1] == "--no-browser"


def test_jupyterlab_comes_up_and_ends_with_the_command(folder: Path, tmp_path: Path) -> None:
    start = (
        "import sys, pathlib; from autograders.student_tools.lab import open_lab;"
        "open_lab(pathlib.Path(sys.argv[1]), sys.argv[2:])"
    )
    command = [sys.executable, "-c", start, str(folder), *SERVER_OPTIONS]
    with running_server(command, tmp_path, isolated_environment(tmp_path / "jupyter")) as address:
        page = urllib.request.urlopen(address, timeout=30)
        assert page.url.endswith(f"/lab/tree/{NAME}/{NAME}.ipynb")
        [text] = re.findall(
            r'id="jupyter-config-data"[^>]*>(.*?)</script>', page.read().decode(), re.S
        )
        assert "@jupyter/nbgrader:formgrader" in json.loads(text)["disabledExtensions"]
        urllib.request.urlopen(f"{address}nbgrader_version?version={nbgrader_version}", timeout=30)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}formgrader", timeout=30)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address, timeout=5)
