"""The conda file, the project file and the CI script stay in step."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_conda_installs_the_project_itself_on_the_pythons_it_supports():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, by_pip = environment["dependencies"]
    assert environment["name"] == PROJECT["name"]
    assert conda == [f"python{PROJECT['requires-python']}", "pip"]
    assert by_pip == {"pip": ["--editable ."]}


def test_each_developers_tool_has_one_pinned_version():
    for requirement in PROJECT["optional-dependencies"]["dev"]:
        assert re.fullmatch(r"[\w-]+==[\d.]+", requirement), requirement


def test_ci_calls_the_commands_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)$", (ROOT / ".ci/run").read_text(), re.MULTILINE):
        assert f"make {target}" in readme


def test_make_has_the_targets_of_the_design_and_no_others():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony.split() == ["setup", "lab", "demo", "test", "lint", "bench", "docs"]
    for target in phony.split()[1:]:
        assert re.search(rf"^{target}: setup$", makefile, re.MULTILINE), target
