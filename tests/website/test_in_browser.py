"""The website in a browser, from files and from a server: it asks for nothing else and it works."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browser.chromium import launch, loopback_context
from helpers import ROOT
from playwright.sync_api import Browser, Page, expect, sync_playwright
from website.small import SMALL
from widgets.page import drawn
from widgets.test_host import violations

from autograders.site.pages import pages_of

pytestmark = pytest.mark.browser

STILL = "preload: false"  # axe would ask for the style sheets again, which files may not be
PAGES = [*(page.href for page in pages_of(ROOT)), "demos.html"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@contextmanager
def reader(browser: Browser, address: str) -> Iterator[Page]:
    """A page of the browser; a message, an error or a request that leaves `address` fails."""
    problems: list[str] = []
    with loopback_context(browser) as context:
        page = context.new_page()
        page.on("console", lambda message: problems.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("request", lambda request: problems.extend(foreign(request.url, address)))
        page.on("requestfailed", lambda request: problems.append(f"failed: {request.url[:80]}"))
        yield page
    assert problems == []


def foreign(url: str, address: str) -> list[str]:
    return [] if url.startswith((f"{address}/", "data:")) else [f"request: {url[:80]}"]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Nothing on stderr."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a plain web server on the folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(params=["file", "http"])
def address(request: pytest.FixtureRequest, website: Path) -> Iterator[str]:
    if request.param == "file":
        yield website.as_uri()
    else:
        with served(website) as address:
            yield address


def test_every_page_opens_and_asks_for_nothing_outside(browser: Browser, address: str) -> None:
    with reader(browser, address) as page:
        for name in PAGES:
            page.goto(f"{address}/{name}")
            expect(page.get_by_role("heading", level=1).first).to_be_visible()
            for place in page.locator(".live").all():
                demo = place.locator(".cnn-demo")
                expect(demo).to_have_attribute("data-demo-ready", "true")
                expect(place.locator("figure")).to_be_hidden()


@pytest.mark.parametrize("name", PAGES[:-1])
def test_axe_finds_nothing_and_narrow_screens_need_no_scrolling(
    browser: Browser, website: Path, name: str
) -> None:
    """Colours, which take axe long, are looked at below; demos and formulas, elsewhere."""
    with reader(browser, website.as_uri()) as page:
        page.goto(f"{website.as_uri()}/{name}")
        text = "{exclude: [['.live'], ['math'], ['pre']]}"
        without_colours = "rules: {'color-contrast': {enabled: false}}"
        assert violations(page, f"{text}, {{{without_colours}, {STILL}}}") == []
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_enough_contrast(browser: Browser, small_website: Path, scheme: str) -> None:
    with reader(browser, small_website.as_uri()) as page:
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{small_website.as_uri()}/{SMALL}.html")
        assert violations(page, f"document, {{{STILL}}}") == []


def test_the_search_finds_sections_of_all_pages_and_leads_there(
    browser: Browser, address: str
) -> None:
    with reader(browser, address) as page:
        page.goto(f"{address}/index.html")
        search = page.get_by_role("searchbox", name="Search the course")
        found = page.get_by_role("region", name="What the search found")
        expect(found).to_be_hidden()
        search.press_sequentially("receptive field")
        expect(found.get_by_role("status")).to_have_text(re.compile(r"^\d+ sections"))
        expect(found).to_contain_text("02 · Padding and stride")
        expect(found.locator("mark").first).to_have_text(re.compile("receptive", re.IGNORECASE))
        search.fill("no such word anywhere")
        expect(found.get_by_role("status")).to_have_text("Nothing found.")
        search.fill("kernels are tools")
        search.press("Enter")
        expect(found.get_by_role("link").first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}/01-discrete-convolution.html#4-kernels-are-tools")
        expect(page.get_by_role("heading", name="4 · Kernels are tools")).to_be_in_viewport()


def test_the_theme_is_changed_and_kept_from_page_to_page(browser: Browser, address: str) -> None:
    def paper() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    with reader(browser, address) as page:
        page.goto(f"{address}/index.html")
        page.get_by_role("button", name="Theme: as the system").click()
        page.get_by_role("button", name="Theme: light").click()
        expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
        assert paper() == "rgb(26, 26, 26)"
        page.goto(f"{address}/closing.html")
        expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
        assert paper() == "rgb(26, 26, 26)"


def test_paper_gets_the_text_alone_on_white(browser: Browser, website: Path) -> None:
    with reader(browser, website.as_uri()) as page:
        page.emulate_media(color_scheme="dark", media="print")
        page.goto(f"{website.as_uri()}/03-pooling.html")
        for part in ("banner", "navigation", "search"):
            expect(page.get_by_role(part)).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(255, 255, 255)"


def test_a_demo_in_a_lesson_is_live(browser: Browser, small_website: Path) -> None:
    """It begins as the notebook's cell says, and a key moves it."""
    with reader(browser, small_website.as_uri()) as page:
        page.goto(f"{small_website.as_uri()}/{SMALL}.html")
        demo = page.locator("[data-demo=sliding_kernel]")
        assert drawn(demo, "y").tolist() == [[6, 9], [15, 18]]
        demo.locator("[data-panel=k] [data-row='0'][data-column='0']").focus()
        for key in ("Enter", "5", "Enter"):
            page.keyboard.press(key)
        assert drawn(demo, "y").tolist() == [[10, 17], [31, 38]]


def test_without_scripts_a_lesson_has_text_pictures_and_contents(
    browser: Browser, small_website: Path
) -> None:
    with loopback_context(browser) as context:
        still = context.browser.new_page(java_script_enabled=False)
        still.goto(f"{small_website.as_uri()}/{SMALL}.html")
        expect(still.locator(".live svg")).to_be_visible()
        expect(still.locator(".live figcaption")).to_contain_text("A kernel slides over an image")
        expect(
            still.get_by_role("navigation", name="Contents").get_by_role("link")
        ).not_to_have_count(0)
        still.close()
