"""Each fault that `course doctor` names is planted once; without it the same look finds nothing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.student import make_student_folder, notebook_of, write
from grading.small_course import NAME

from autograders.student_tools import setup_checks as faults
from autograders.student_tools.doctor import examine, print_table
from autograders.student_tools.setup_checks import SetupCheck

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _own_jupyter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the user's settings, and the environment's programs first on PATH."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv(
        "PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    )


def project(folder: Path, requires_python: str, dependencies: list[str]) -> Path:
    """A folder with a pyproject.toml."""
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(
        f"[project]\nrequires-python = {requires_python!r}\ndependencies = {dependencies!r}\n"
    )
    return folder


def program(folder: Path, name: str, script: str) -> Path:
    """A shell script that can be run as `name`, first on PATH once `folder` is."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def first_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), os.environ["PATH"]]))


def test_python_too_old(tmp_path: Path) -> None:
    assert not faults.python_version(ROOT).fix
    found = faults.python_version(project(tmp_path, ">=3.99", []))
    assert found.is_fault
    assert found.fix == "make the environment anew with a Python >=3.99"


def test_package_missing_or_of_another_version(tmp_path: Path) -> None:
    assert not any(found.fix for found in faults.packages(ROOT))
    wrong = project(tmp_path, ">=3.11", ["numpy>=99", "no-such-package>=1", "click>=8"])
    newer, missing, right = faults.packages(wrong)
    assert newer.is_fault
    assert newer.fix.startswith("the course needs numpy>=99: in the course's environment run")
    assert missing.is_fault
    assert missing.found == "missing"
    assert not right.fix


def test_torch_that_does_not_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not faults.torch_device().is_fault
    (tmp_path / "torch.py").write_text("raise OSError('libc10.so: cannot open shared object')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = faults.torch_device()
    assert found.is_fault
    assert found.found.endswith("OSError: libc10.so: cannot open shared object")


def test_gpu_that_torch_does_not_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not faults.torch_device().found.startswith("CPU"):
        pytest.skip("torch sees this machine's GPU")
    program(tmp_path, "nvidia-smi", "echo GPU 0")
    first_on_path(tmp_path, monkeypatch)
    found = faults.torch_device()
    assert "has a GPU that torch does not see" in found.fix
    assert not found.is_fault


@pytest.mark.parametrize(
    "name", ["anywidget", "@jupyter/nbgrader", "@jupyter/nbgrader:validate-assignment"]
)
def test_lab_extension_that_is_switched_off(name: str, tmp_path: Path) -> None:
    assert not any(found.fix for found in faults.lab_extensions())
    (tmp_path / "config" / "labconfig").mkdir(parents=True)
    config = tmp_path / "config" / "labconfig" / "page_config.json"
    config.write_text(json.dumps({"disabledExtensions": {name: True}}))
    [found] = [found for found in faults.lab_extensions() if found.fix]
    assert found.is_fault
    assert found.fix == f"run `jupyter labextension enable {name}`"


def test_lab_extension_that_is_not_installed(tmp_path: Path) -> None:
    look = (
        "import sys; sys.prefix = sys.argv[1];"
        "from autograders.student_tools.setup_checks import lab_extensions;"
        "print([f.found for f in lab_extensions() if f.is_fault])"
    )
    done = run_python(look, str(tmp_path))
    assert done.stdout.strip() == "['missing', 'missing', 'missing']"


def test_validate_switched_off_in_the_server(tmp_path: Path) -> None:
    assert not faults.validate_server_extension().fix
    name = "nbgrader.server_extensions.validate_assignment"
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_server_config.json").write_text(
        json.dumps({"ServerApp": {"jpserver_extensions": {name: False}}})
    )
    found = faults.validate_server_extension()
    assert found.is_fault
    assert found.fix == f"run `jupyter server extension enable {name}`"


@pytest.mark.parametrize("other", ["of another environment", "that is not there"])
def test_kernel_of_another_environment(
    other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    assert faults.kernel_environment() == SetupCheck("kernel", sys.prefix)
    place = tmp_path / "share" / "kernels" / "python3"
    place.mkdir(parents=True)
    there = program(tmp_path / "bin", "python", "echo /another/prefix")
    python = str(there) if other == "of another environment" else "/no/such/python"
    spec = {"argv": [python, "-m", "ipykernel_launcher"], "display_name": "x", "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec))
    found = faults.kernel_environment()
    assert found.is_fault
    assert found.fix.endswith(f"remove the folder {place}")
    assert ("does not start" in found.found) == (other == "that is not there")


def test_jupyter_of_another_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not faults.jupyter_command().fix
    monkeypatch.setenv("PATH", "")
    assert not faults.jupyter_command().fix
    program(tmp_path / "bin", "jupyter-lab", "true")
    first_on_path(tmp_path / "bin", monkeypatch)
    found = faults.jupyter_command()
    assert found.is_fault
    assert "belongs to another environment" in found.fix


def test_another_copy_of_the_course_is_installed(tmp_path: Path) -> None:
    installed, here = (make_student_folder(tmp_path / name) for name in ("old", "new"))
    assert not faults.package_place(here, here).fix
    assert not faults.package_place(here, ROOT).fix
    found = faults.package_place(here, installed)
    assert found.is_fault
    assert found.fix.endswith(f"run `pip install -e .` in {here}")


@pytest.mark.parametrize("name", ["torch.py", "random.py", "course_lib/__init__.py"])
def test_file_that_hides_a_module(name: str, tmp_path: Path) -> None:
    folder = make_student_folder(tmp_path / "cnn-course")
    (folder / NAME / "my_own.py").touch()
    [fine] = faults.shadowing_files([folder / NAME])
    assert not fine.fix
    (folder / NAME / name).parent.mkdir(exist_ok=True)
    (folder / NAME / name).touch()
    [found] = [found for found in examine(folder) if found.what == "files beside notebooks"]
    assert found.is_fault
    assert found.found == str(folder / NAME / name.removesuffix("/__init__.py"))
    module = name.removesuffix(".py").removesuffix("/__init__")
    assert found.fix == f"notebooks there import it instead of the real {module}; rename it"


def photographs_folder(tmp_path: Path) -> Path:
    """A student's folder whose notebook uses the photographs."""
    folder = make_student_folder(tmp_path / "cnn-course")
    cell = {"cell_type": "code", "source": "load_photograph('camera')"}
    write(folder / "autograders" / "released" / f"{NAME}.ipynb", {"cells": [cell]})
    shutil.copytree(ROOT / "data" / "photographs", folder / "data" / "photographs")
    return folder


def remove_set(folder: Path) -> None:
    shutil.rmtree(folder / "data")


def remove_file(folder: Path) -> None:
    (folder / "data" / "photographs" / "camera.png").unlink()


def damage_file(folder: Path) -> None:
    (folder / "data" / "photographs" / "camera.png").write_bytes(b"damaged")


@pytest.mark.parametrize(
    ("plant", "found_text"),
    [
        (remove_set, "SHA256SUMS is missing"),
        (remove_file, "camera.png is missing"),
        (damage_file, "camera.png is damaged"),
    ],
)
def test_data_that_is_not_whole(
    plant: Callable[[Path], None], found_text: str, tmp_path: Path
) -> None:
    folder = photographs_folder(tmp_path)
    assert examined(folder, "data photographs") == SetupCheck("data photographs", "whole")
    plant(folder)
    found = examined(folder, "data photographs")
    assert found.is_fault
    assert found.found.endswith(found_text)
    assert found.fix.startswith("unpack the assignment's zip over the folder again")


def test_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    assert not faults.writable_folder(tmp_path).fix
    found = faults.writable_folder(Path("/proc") if Path("/proc").is_dir() else tmp_path / "none")
    assert found.is_fault
    assert found.fix == (
        "move the course's folder to where you may write, such as your home folder"
    )


@pytest.mark.parametrize(
    ("variable", "hinders"),
    [
        ("JUPYTER_RUNTIME_DIR", True),
        ("IPYTHONDIR", False),
        ("JUPYTER_CONFIG_DIR", False),
        ("JUPYTER_DATA_DIR", False),
        ("MPLCONFIGDIR", False),
    ],
)
def test_folder_of_jupyter_that_cannot_be_written_to(
    variable: str, hinders: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    assert not any(found.fix for found in faults.jupyters_folders())
    (tmp_path / "file").touch()
    monkeypatch.setenv(variable, str(tmp_path / "file" / "x"))
    [found] = [found for found in faults.jupyters_folders() if found.fix]
    assert (found.what, found.is_fault) == (variable, hinders)
    assert found.found == f"{tmp_path / 'file' / 'x'}: Not a directory"
    assert found.fix.endswith(f"or name another folder in {variable}")


def test_a_look_that_fails_is_a_fault_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (spec := tmp_path / "share" / "kernels" / "python3").mkdir(parents=True)
    (spec / "kernel.json").write_text("{")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    folder = make_student_folder(tmp_path / "cnn-course")
    found = {finding.what: finding for finding in examine(folder)}
    assert found["kernel"].is_fault
    assert found["kernel"].found.startswith("JSONDecodeError: ")
    assert not found["folder"].fix


def test_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    found = faults.browser()
    assert found.fix.startswith("install chromium")
    assert not found.is_fault
    program(tmp_path / "bin", "chromium", "true")
    first_on_path(tmp_path / "bin", monkeypatch)
    assert not faults.browser().fix


def test_no_bubblewrap_and_one_that_may_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert faults.bubblewrap().fix == "install bubblewrap from the system's packages"
    bwrap = program(tmp_path / "bin", "bwrap", "echo no permission >&2; exit 1")
    first_on_path(tmp_path / "bin", monkeypatch)
    found = faults.bubblewrap()
    assert found.found == "does not start: no permission"
    assert found.fix
    assert not found.is_fault
    bwrap.write_text("#!/bin/sh\ntrue\n")
    assert not faults.bubblewrap().fix


def test_each_fault_is_one_sentence_below_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([
        SetupCheck("Python", "3.11.7"),
        SetupCheck("kernel", "[odd] name", "remove the folder k"),
        SetupCheck("bubblewrap", "missing", "install it", hinders=False),
    ])  # fmt: skip
    printed = capsys.readouterr().out
    assert "kernel: [odd] name. To put it right: remove the folder k.\n" in printed
    assert "bubblewrap: missing. To put it right: install it.\n" in printed
    assert "Nothing hinders" not in printed
    print_table([SetupCheck("bubblewrap", "missing", "install it", hinders=False)])
    assert "Nothing hinders the course on this machine." in capsys.readouterr().out


def test_healthy_folder_has_no_fault(tmp_path: Path) -> None:
    folder = photographs_folder(tmp_path)
    assert [found for found in examine(notebook_of(folder).parent) if found.is_fault] == []


def examined(folder: Path, what: str) -> SetupCheck:
    [found] = [found for found in examine(folder) if found.what == what]
    return found


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
