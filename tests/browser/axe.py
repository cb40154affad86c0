"""What axe-core, the accessibility checker, finds wrong on a page."""

import pytest
from helpers import ROOT
from playwright.sync_api import Page

AXE = ROOT / "course_lib" / "widgets" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page, where: str = "document") -> list[str]:
    """What it finds there, by rule and element; `where` is what axe.run takes, in JavaScript."""
    if not AXE.is_file():
        pytest.skip("no axe-core: run npm ci in course_lib/widgets")
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(f"axe.run({where})")
    return [f"{v['id']}: {node['html'][:200]}" for v in found["violations"] for node in v["nodes"]]
