"""A student's machine: the unpacked zip, and an environment without the project."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograders.edition.release import TOP


def contents(path: Path) -> dict[str, bytes]:
    """The files of a zip by their name in the one top folder."""
    with zipfile.ZipFile(path) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
        assert tops == {TOP}
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def unpacked(path: Path, home: Path) -> Path:
    """The folder that a student gets by unpacking a zip in `home`."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(home)
    return home / TOP


def fresh_environment(target: Path) -> Path:
    """The folder of programs of a new environment at `target`.

    Other packages, and Jupyter's files, come from the environment of the tests. Its site-packages
    are on the path as a plain folder, whose .pth files Python does not read: the project that is
    installed there by such a file cannot be imported.
    """
    venv.create(target, with_pip=False)
    own = sysconfig.get_path("purelib", vars={"base": str(target)})
    (Path(own) / "packages.pth").write_text(sysconfig.get_path("purelib"))
    return target / ("Scripts" if os.name == "nt" else "bin")


@dataclass(frozen=True)
class Student:
    """The unpacked `folder`, the programs of an environment, and variables to run them with."""

    folder: Path
    programs: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def run(self, *command: str, status: int = 0) -> str:
        """Run a program of the environment in the folder; what it printed, and its errors where it
        is to fail."""
        keep = ("HOME", "TMPDIR", "LANG", "SYSTEMROOT", "OMP_NUM_THREADS")
        environment = {name: os.environ[name] for name in keep if name in os.environ}
        environment |= self.variables
        environment["JUPYTER_PATH"] = str(Path(sys.prefix, "share", "jupyter"))
        environment["JUPYTER_CONFIG_PATH"] = str(Path(sys.prefix, "etc", "jupyter"))
        environment["PATH"] = os.pathsep.join([str(self.programs), os.environ["PATH"]])
        done = subprocess.run(
            [str(self.programs / command[0]), *command[1:]],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr if status else done.stdout
