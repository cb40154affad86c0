"""The arithmetic in JavaScript agrees with torch; what is built is what the sources say."""

import json
import shutil
import subprocess

import pytest
from helpers import ROOT
from widgets import golden
from widgets.page import WIDGETS

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node on PATH")


def node(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(NODE), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


@pytest.mark.parametrize("name", golden.OPERATIONS)
def test_golden_cases_are_what_torch_gives(name):
    stored = json.loads(golden.path(name).read_text("utf-8"))
    assert flat(stored) == pytest.approx(flat(list(golden.OPERATIONS[name]())), abs=1e-5)


def flat(case: object) -> list[float]:
    """All numbers of a case in order; words as what they are made of, so that they count too."""
    if isinstance(case, dict):
        return [number for key in sorted(case) for number in flat(case[key])]
    if isinstance(case, (list, tuple)):
        return [number for each in case for number in flat(each)]
    return [float(b) for b in case.encode()] if isinstance(case, str) else [float(case)]


@needs_node
def test_javascript_agrees_with_the_golden_cases():
    done = node("--test", "tests/widgets/core.test.mjs")
    assert done.returncode == 0, done.stdout[-6000:]
    assert "# pass" in done.stdout or "ℹ pass" in done.stdout


@needs_node
def test_built_files_are_current():
    if not (WIDGETS / "node_modules" / "esbuild").is_dir():
        pytest.skip("no esbuild: run npm ci in course_lib/widgets")
    done = node("course_lib/widgets/build.mjs", "--check")
    assert done.returncode == 0, done.stderr


def test_no_bundle_is_over_60_kb():
    for path in WIDGETS.glob("static/*.js"):
        if path.name != "page.js":
            assert path.stat().st_size < 60_000, path.name
