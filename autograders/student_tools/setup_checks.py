"""What can be wrong with a machine's set-up: one function a fault, each naming what to do."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograders.system.folders import (
    has_modules,
    is_course,
    is_project,
    is_student_folder,
    project_table,
)
from autograders.system.whole_files import require_writable

INSTALL = "in the course's environment run `pip install -e .` in the folder that holds README.md"
UNPACK = "unpack the assignment's zip over the folder again (in the project: `git restore data`)"


@dataclass(frozen=True)
class SetupCheck:
    """One line of the table: what was looked at, what was found, and what to do where it is
    wrong; `hinders` is false where the course works without it."""

    what: str
    found: str
    fix: str = ""
    hinders: bool = True

    @property
    def is_fault(self) -> bool:
        """Whether it must be put right."""
        return bool(self.fix) and self.hinders


def python_version(root: Path) -> SetupCheck:
    """Python is one that the package in `root` takes."""
    from packaging.specifiers import SpecifierSet

    required = project_table(root)["requires-python"]
    found = platform.python_version()
    if found in SpecifierSet(required):
        return SetupCheck("Python", found)
    return SetupCheck("Python", found, f"make the environment anew with a Python {required}")


def packages(root: Path) -> list[SetupCheck]:
    """Each package that the one in `root` asks for is here, in a version that it takes."""
    from packaging.requirements import Requirement

    found = []
    for requirement in map(Requirement, project_table(root)["dependencies"]):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            here = version(requirement.name)
        except PackageNotFoundError:
            found.append(SetupCheck(requirement.name, "missing", INSTALL))
            continue
        wrong = here not in requirement.specifier
        fix = f"the course needs {requirement}: {INSTALL}" if wrong else ""
        found.append(SetupCheck(requirement.name, here, fix))
    return found


def torch_device() -> SetupCheck:
    """torch imports in a fresh process; says which device it computes on."""
    probe = (
        "import torch; print(f'GPU {torch.cuda.get_device_name()}' if torch.cuda.is_available() "
        "else f'CPU, {torch.get_num_threads()} threads')"
    )
    done = _run(sys.executable, "-P", "-c", probe)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        return SetupCheck(
            "device", f"torch does not import: {reason}", f"reinstall torch: {INSTALL}"
        )
    device = done.stdout.strip()
    if device.startswith("CPU") and _run("nvidia-smi", "-L").returncode == 0:
        fix = "this machine has a GPU that torch does not see; install torch's build for CUDA"
        return SetupCheck("device", device, fix, hinders=False)
    return SetupCheck("device", device)


def lab_extensions() -> list[SetupCheck]:
    """JupyterLab shows widgets and the Validate button: both are installed and switched on."""
    from jupyter_core.paths import jupyter_path
    from jupyterlab_server.config import get_federated_extensions, get_page_config

    folders = jupyter_path("labextensions")
    installed = get_federated_extensions(folders)
    disabled = get_page_config(folders)["disabledExtensions"]
    found = []
    for name, plugin in (
        ("anywidget", "anywidget"),
        ("@jupyter-widgets/jupyterlab-manager", "@jupyter-widgets/jupyterlab-manager:plugin"),
        ("@jupyter/nbgrader", "@jupyter/nbgrader:validate-assignment"),
    ):
        what = f"lab extension {name}"
        if name not in installed:
            found.append(SetupCheck(what, "missing", INSTALL))
        elif switched_off := {name, plugin} & set(disabled):
            fix = f"run `jupyter labextension enable {' '.join(sorted(switched_off))}`"
            found.append(SetupCheck(what, "disabled", fix))
        else:
            found.append(SetupCheck(what, f"{installed[name]['version']}, enabled"))
    return found


def validate_server_extension() -> SetupCheck:
    """The server's half of the Validate button is switched on."""
    from jupyter_server.serverapp import ServerApp

    name = "nbgrader.server_extensions.validate_assignment"
    server = ServerApp()  # configured as a real one would be, never started
    server.load_config_file()
    server.find_server_extensions()
    if server.jpserver_extensions.get(name):
        return SetupCheck("server extension validate", "enabled")
    fix = f"run `jupyter server extension enable {name}`"
    return SetupCheck("server extension validate", "disabled", fix)


def kernel_environment() -> SetupCheck:
    """The kernel that notebooks ask for, python3, runs in this environment."""
    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec("python3")
    major, minor = sys.version_info[:2]
    program = spec.argv[0]
    if program in ("python", f"python{major}", f"python{major}.{minor}"):
        program = sys.executable  # as jupyter_client does
    done = _run(program, "-I", "-c", "import sys; print(sys.prefix)")
    prefix = done.stdout.strip()
    if done.returncode == 0 and Path(prefix).resolve() == Path(sys.prefix).resolve():
        return SetupCheck("kernel", prefix)
    found = f"python3 is {program}" + ("" if done.returncode == 0 else ", which does not start")
    fix = f"notebooks run outside the course's environment; remove the folder {spec.resource_dir}"
    return SetupCheck("kernel", found, fix)


def jupyter_command() -> SetupCheck:
    """`jupyter lab`, typed by itself, starts this environment's JupyterLab."""
    on_path = shutil.which("jupyter-lab")
    if on_path is None:
        return SetupCheck("jupyter lab", "not on PATH; `course lab` starts it")
    if Path(on_path).parent.resolve() == Path(sys.executable).parent.resolve():
        return SetupCheck("jupyter lab", on_path)
    fix = "it belongs to another environment; activate the course's, or start with `course lab`"
    return SetupCheck("jupyter lab", on_path, fix)


def package_place(folder: Path, root: Path) -> SetupCheck:
    """The course that is installed (`root`) is the one in the student's `folder`."""
    fix = ""
    if folder == root or is_project(root):
        pass
    elif is_course(folder):
        fix = f"the student edition is installed; to grade, run `pip install -e .` in {folder}"
    elif is_student_folder(root) or not has_modules(root, folder):
        fix = f"another copy than {folder} is installed; run `pip install -e .` in {folder}"
    elif not is_student_folder(folder):
        fix = "it holds no assignment; change to the folder cnn-course that you unpacked"
    return SetupCheck("the course's package", str(root), fix)


def shadowing_files(folders: Iterable[Path]) -> list[SetupCheck]:
    """No file beside a notebook takes the name of a module that the course or Python imports."""
    found = []
    for folder in folders:
        elsewhere = [p for p in sys.path if p and Path(p).resolve() != folder.resolve()]
        for path in sorted(
            [*folder.glob("*.py"), *(p.parent for p in folder.glob("*/__init__.py"))]
        ):
            builtin = path.stem in sys.builtin_module_names
            if not builtin and PathFinder.find_spec(path.stem, elsewhere) is not None:
                fix = f"notebooks there import it instead of the real {path.stem}; rename it"
                found.append(SetupCheck("files beside notebooks", str(path), fix))
    return found or [SetupCheck("files beside notebooks", "none hides a module")]


def course_data(data: Path, sets: Iterable[str]) -> list[SetupCheck]:
    """Each of the named data sets is there, and each of its files is whole."""
    found = []
    for name in sorted(sets):
        wrong = _wrong_files(data / name)
        what = f"data {name}"
        found.append(
            SetupCheck(what, "; ".join(wrong), UNPACK) if wrong else SetupCheck(what, "whole")
        )
    return found


def writable_folder(folder: Path) -> SetupCheck:
    """Notebooks can be saved in `folder`."""
    fix = "move the course's folder to where you may write, such as your home folder"
    return _written("folder", folder, fix)


def temporary_folder() -> SetupCheck:
    """Programs find a folder for what they need for a moment."""
    return _written("temporary folder", Path(tempfile.gettempdir()), _elsewhere("TMPDIR"))


def jupyters_folders() -> list[SetupCheck]:
    """JupyterLab, its kernels and matplotlib can write where they keep things of their own; all but
    the server do without."""
    from jupyter_core.paths import (
        get_home_dir,
        jupyter_config_dir,
        jupyter_data_dir,
        jupyter_runtime_dir,
    )

    home = Path(get_home_dir())
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    matplotlib = settings / "matplotlib" if sys.platform == "linux" else home / ".matplotlib"
    folders = {
        "JUPYTER_RUNTIME_DIR": jupyter_runtime_dir(),
        "JUPYTER_CONFIG_DIR": jupyter_config_dir(),
        "JUPYTER_DATA_DIR": jupyter_data_dir(),
        "IPYTHONDIR": os.environ.get("IPYTHONDIR") or home / ".ipython",
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR") or matplotlib,
    }
    return [
        _written(name, Path(folder), _elsewhere(name), hinders=name == "JUPYTER_RUNTIME_DIR")
        for name, folder in folders.items()
    ]


def _written(what: str, folder: Path, fix: str, hinders: bool = True) -> SetupCheck:
    try:
        require_writable(folder)
    except OSError as fault:
        return SetupCheck(what, f"{folder}: {fault.strerror}", fix, hinders)
    return SetupCheck(what, f"{folder} can be written to")


def _elsewhere(variable: str) -> str:
    return f"make room there and let yourself write, or name another folder in {variable}"


def browser() -> SetupCheck:
    """A browser for the tests that drive JupyterLab."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    kept = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    if program or any(kept.glob("chromium*")):
        return SetupCheck("browser for the tests", program or str(kept))
    fix = "install chromium, or run `python -m playwright install chromium`"
    return SetupCheck("browser for the tests", "missing", fix, hinders=False)


def bubblewrap() -> SetupCheck:
    """bubblewrap, which holds students' code while it is graded, starts."""
    if shutil.which("bwrap") is None:
        fix = "install bubblewrap from the system's packages"
        return SetupCheck("bubblewrap", "missing", fix, hinders=False)
    done = _run("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true")
    if done.returncode == 0:
        return SetupCheck("bubblewrap", "works")
    reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    fix = "this system lets it make no namespaces; docs/security.md says what then holds"
    return SetupCheck("bubblewrap", f"does not start: {reason}", fix, hinders=False)


def _wrong_files(folder: Path) -> list[str]:
    """What is wrong with the files that `folder`/SHA256SUMS lists."""
    listing = folder / "SHA256SUMS"
    if not listing.is_file():
        return [f"{listing} is missing"]
    wrong = []
    for line in listing.read_text(encoding="ascii").splitlines():
        digest, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file():
            wrong.append(f"{name} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(f"{name} is damaged")
    return wrong


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    """The finished command; a program that is not there or hangs ends with a status not 0. Its
    words may be names of files, which need not be text."""
    encoding, errors = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
    try:
        return subprocess.run(
            command, capture_output=True, encoding=encoding, errors=errors, timeout=120
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        return subprocess.CompletedProcess(command, 1, "", str(fault))
