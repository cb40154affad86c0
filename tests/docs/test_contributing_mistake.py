"""docs/contributing/mistake.md, followed: first no name, then the test that asks for a case, then
the sentence."""

from pathlib import Path

from docs.following import Copy
from helpers import ROOT


def test_the_mistake_of_the_page_gets_its_name(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "course")
    copy.follow(ROOT / "docs" / "contributing" / "mistake.md")
    copy.lint()
