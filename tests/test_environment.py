"""The conda file, the project file and the CI script stay in step."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
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


def step(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".ci" / "step", "Fetching", "look at the proxy", "sh", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_step_of_the_set_up_is_named_and_shows_the_end_of_one_that_fails():
    done = step("echo much")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Fetching\n", "")
    done = step("seq 100; echo no certificate >&2; exit 7")
    assert (done.returncode, done.stdout) == (7, "Fetching\n")
    lines = done.stderr.splitlines()
    assert len(lines) == 16
    assert lines[-2] == "no certificate"
    assert lines[-1] == (
        "Failed: Fetching. To put it right: look at the proxy; then run the same make again."
    )


@pytest.mark.parametrize(("target", "needs_npm"), [("lab", False), ("demo", False), ("test", True)])
def test_only_developers_need_npm_and_the_key_is_made_before_what_is_fetched(
    target: str, needs_npm: bool, tmp_path: Path
):
    for name in ("Makefile", "pyproject.toml", ".ci", "course_lib/widgets/package-lock.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    planned = subprocess.run(
        ["make", "--dry-run", target], cwd=tmp_path, env=kept, capture_output=True, text=True
    ).stdout
    assert ("npm ci" in planned) == needs_npm
    assert planned.index("hidden/key.py") < planned.index("pip install")
