"""What a wheel holds: the student edition. `pip install --editable .` installs the whole project.

Who installs without --editable copies the package to where others read it, such as a hub's
environment: no solution, no hidden case and no key may come along.
"""

import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

sys.path.insert(0, str(Path(__file__).parent))

from autograders.edition.contents import package_names


class BuildStudentEdition(build_py):
    """Copies the files that students get, by their names."""

    def run(self) -> None:
        if self.editable_mode:
            super().run()
            return
        shutil.rmtree(self.build_lib, ignore_errors=True)  # an older build may have left others
        for source, target in self._files().items():
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            self.copy_file(source, target)

    def get_source_files(self) -> list[str]:
        return package_names()

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        return list(self._files().values())

    def get_output_mapping(self) -> dict[str, str]:
        return {target: source for source, target in self._files().items()}

    def _files(self) -> dict[str, str]:
        return {name: str(Path(self.build_lib, name)) for name in package_names()}


setup(cmdclass={"build_py": BuildStudentEdition})
