"""The demos in Jupyter Notebook, which shows one notebook without JupyterLab around it."""

import sys
from pathlib import Path

import pytest
from browser.chromium import loopback_context
from browser.jupyterlab import SERVER_OPTIONS, isolated_environment, running_server
from browser.notebook_tab import cells, run_all, wait_for_idle_kernel
from helpers import ROOT
from playwright.sync_api import Browser, expect
from widgets.page import DEMOS
from widgets.test_lab import write_notebook

pytestmark = pytest.mark.browser


def test_every_demo_draws_in_jupyter_notebook(browser: Browser, tmp_path: Path) -> None:
    write_notebook(tmp_path / "work" / "demos.ipynb")
    environment = isolated_environment(tmp_path / "jupyter", ROOT)
    command = [sys.executable, "-m", "notebook", "--allow-root", *SERVER_OPTIONS]
    with (
        running_server(command, tmp_path / "work", environment) as address,
        loopback_context(browser) as context,
    ):
        page = context.new_page()
        page.goto(f"{address}notebooks/demos.ipynb")
        expect(cells(page)).to_have_count(1 + len(DEMOS) + 1)
        wait_for_idle_kernel(page)
        run_all(page)
        for name in DEMOS:
            demo = page.locator(f"[data-demo={name}]").first
            demo.scroll_into_view_if_needed()
            expect(demo).to_have_attribute("data-demo-ready", "true")
        before = cells(page).count()
        demo.get_by_role("button").first.focus()
        for key in "ddxxaabb":
            page.keyboard.press(key)
        assert cells(page).count() == before
        marked = page.locator("[data-demo=sliding_kernel]").last
        marked.scroll_into_view_if_needed()
        expect(marked.locator(".student")).to_contain_text("mine differs in 3 of 4 outputs")
