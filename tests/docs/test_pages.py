"""The pages name everything that there is, and nothing that there is not."""

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path

import click
import pytest
import yaml
from docs.following import blocks
from helpers import ROOT

from autograders.checks.load import module_name
from autograders.cli import main
from autograders.system.folders import assignments
from course_lib.widgets import DEMOS

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "autograders" / "edition" / "student_readme.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}
DOCS = "\n".join(text for page, text in TEXT.items() if page.is_relative_to(ROOT / "docs"))


def pages(check):
    return pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.relative_to(ROOT)}")(
        check
    )


def test_every_command_exercise_and_demo_is_documented():
    commands = [f"## course {name}\n" for name in main.commands]
    exercises = [
        f"`{specification.name}`"
        for name in assignments(ROOT)
        for specification in import_module(f"autograders.exercises.{module_name(name)}").EXERCISES
    ]
    demos = [f"`{demo.__name__}`" for demo in DEMOS]
    names = [*commands, *exercises, *demos]
    assert [name for name in names if name not in DOCS] == []


@pages
def test_links_lead_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)\s]+)\)", _prose(TEXT[page])):
        name, _, anchor = target.partition("#")
        if name.startswith(("http:", "https:")):
            continue
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file), target


@pages
def test_each_command_line_parses(page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "nbgrader_config.py").touch()
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    for notebook in re.findall(r"notebooks/\S+\.ipynb", TEXT[page]):  # one that the page makes
        (tmp_path / notebook).parent.mkdir(exist_ok=True)
        (tmp_path / notebook).touch()
    monkeypatch.chdir(tmp_path)
    for words in _command_lines(TEXT[page]):
        words = [word.rpartition("/")[2] if word.endswith(".zip") else word for word in words]
        for archive in (word for word in words if word.endswith(".zip")):
            Path(archive).touch()
        assert words[0] in main.commands, words
        try:
            main.commands[words[0]].make_context(words[0], words[1:])
        except click.UsageError as error:
            if len(words) > 1 or not isinstance(error, click.MissingParameter):
                raise AssertionError(f"{words}: {error.format_message()}") from error


@pages
def test_files_targets_and_extras_that_are_named_exist(page: Path):
    text = TEXT[page]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(re.findall(r"\.\[(\w+)\]", text)) <= set(project["optional-dependencies"])
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in (found[1] for line in _code(text) if (found := re.match(r"make (\w+)", line))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for name in re.findall(r"`((?:tests|benchmarks|binder|deploy)/[\w./-]+)`", text):
        assert (ROOT / name).exists() or name in _made(page), name


def test_images_leave_out_what_is_made_of_students_data_and_nothing_of_the_project():
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    at_run_time = [line.strip("/") for line in ignored if line.startswith("/")]
    assert [name for name in at_run_time if name not in left_out] == []
    packages = (ROOT / name for name in ("autograders", "course_lib", "binder", "deploy"))
    modules = [f"{path.relative_to(ROOT)}" for each in packages for path in each.rglob("*.py")]
    assert [(n, p) for p in left_out for n in modules if fnmatchcase(n, p)] == []


def test_the_values_for_kubernetes_are_yaml_of_the_image_that_the_containerfile_makes():
    values = yaml.safe_load((ROOT / "deploy" / "z2jh-values.yaml").read_text(encoding="utf-8"))
    containerfile = (ROOT / "Containerfile").read_text(encoding="utf-8")
    compile(values["hub"]["extraConfig"]["ngshare"], "ngshare", "exec")
    *_, edition, home = values["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"]
    assert f"COPY --from=edition /course/workspace/cnn-course {edition}\n" in containerfile
    assert f"WORKDIR {home.rstrip('/')}\n" in containerfile


def _made(page: Path) -> set[str]:
    """The files that a page has its reader write."""
    if page.parent.name != "contributing":
        return set()
    return {name for block in blocks(page) if (name := block.new_file)}


def _prose(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)


def _code(text: str) -> list[str]:
    """Each line of code, indented, fenced or in a sentence."""
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    lines += re.findall(r"^    (\S.*)$", _prose(text), re.MULTILINE)
    return lines + [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", _prose(text))]


def _command_lines(text: str) -> Iterator[list[str]]:
    """The words after `course` of each command line in code."""
    for line in _code(text):
        if command := re.search(r"(?:^|/bin/|^podman run .* )course ([a-z].*)", line):
            yield shlex.split(command[1], comments=True)


def _anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings, and those that are written out."""
    text = _prose(page.read_text(encoding="utf-8"))
    headings = [title.lower() for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]
    made = {re.sub(r"[^\w\- ]", "", title).strip().replace(" ", "-") for title in headings}
    return made | set(re.findall(r'<a id="([\w-]+)"', text))
