"""docs/contributing/lesson.md, followed: the lesson that it adds is released and graded."""

import zipfile
from pathlib import Path

from docs.following import Copy
from helpers import ROOT

NAME = "06-upsampling"


def test_the_lesson_of_the_page_is_released_and_graded(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "course", grades=True)
    copy.follow(ROOT / "docs" / "contributing" / "lesson.md")
    copy.lint()
    with zipfile.ZipFile(copy.folder / "release" / f"{NAME}.zip") as archive:
        released = archive.read(f"cnn-course/{NAME}/{NAME}.ipynb").decode()
        assert f"cnn-course/autograders/visible/{NAME}.npz" in archive.namelist()
    assert "def conv_transpose1d(x, w, stride):" in released
    assert "new_zeros" not in released
    listed = (copy.folder / "docs" / "exercises.md").read_text(encoding="utf-8")
    assert f"## {NAME}\n" in listed
