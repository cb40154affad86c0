"""docs/contributing/demo.md, followed: the demo that it adds is drawn, listed and given out."""

import shutil
from pathlib import Path

import pytest
from docs.following import Copy
from helpers import ROOT

pytestmark = pytest.mark.browser
ESBUILD = ROOT / "course_lib" / "widgets" / "node_modules" / "esbuild"
IS_GIVEN_OUT = """\
import json
from pathlib import Path
from autograders.site.live import live_demo
from autograders.edition.contents import package_files
from course_lib.widgets import Checkerboard
assert b"checkerboard" in package_files()["course_lib/widgets/static/checkerboard.js"]
assert "checkerboard" in str(Checkerboard()._repr_mimebundle_())
[lesson] = Path("notebooks").glob("02-*/*.ipynb")
cells = json.loads(lesson.read_text())["cells"]
[cell] = [cell for cell in cells if cell["id"] == "demo-checkerboard"]
assert live_demo("".join(cell["source"]))["name"] == "checkerboard"
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="no node on PATH")
@pytest.mark.skipif(not ESBUILD.is_dir(), reason="no esbuild: npm ci in course_lib/widgets")
def test_the_demo_of_the_page_is_drawn_listed_and_given_out(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "course")
    copy.follow(ROOT / "docs" / "contributing" / "demo.md")
    copy.lint()
    copy.run_program(IS_GIVEN_OUT)
    lectures = (copy.folder / "site" / "demos.html").read_text(encoding="utf-8")
    assert "Where checkerboards come from" in lectures
    assert '"checkerboard": {"start": {"kernel": 3, "stride": 2}}' in lectures
