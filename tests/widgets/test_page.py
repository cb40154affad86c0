"""The lecturers' page, opened from a file: every demo, a presenter's keys, nothing from outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.chromium import loopback_context
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect
from widgets.page import DEMOS, drawn
from widgets.test_host import violations

from autograders.cli import main

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "made" / "demos.html"
    done = CliRunner().invoke(main, ["demos", "--no-open", "--output", str(path)])
    assert done.exit_code == 0, done.output
    assert str(path) in done.output
    return path


@pytest.fixture
def lecture(browser: Browser, file: Path) -> Iterator[Page]:
    problems: list[str] = []
    with loopback_context(browser) as context:
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.append(request.url))
        page.goto(file.as_uri())
        yield page
    assert problems == [file.as_uri()]


def shown(page: Page) -> list[str]:
    demos = page.locator(".cnn-demo:visible")
    return [str(demo.get_attribute("data-demo")) for demo in demos.all()]


def test_page_keys_lead_through_all_demos_and_round(lecture: Page) -> None:
    seen = shown(lecture)
    for _ in DEMOS:
        lecture.keyboard.press("PageDown")
        seen += shown(lecture)
    assert sorted(seen[:-1]) == DEMOS
    assert seen[-1] == seen[0]
    lecture.keyboard.press("PageUp")
    assert shown(lecture) == [seen[-2]]


def test_an_address_opens_its_demo(lecture: Page, file: Path) -> None:
    for name in DEMOS:
        lecture.evaluate(f"location.hash = '{name}'")
        expect(lecture.locator(f"[data-demo={name}]")).to_be_visible()


def test_type_grows_and_shrinks_by_key(lecture: Page) -> None:
    def size() -> float:
        style = "parseFloat(getComputedStyle(document.querySelector('.cnn-demo')).fontSize)"
        return float(lecture.evaluate(style))

    first = size()
    assert first >= 20
    lecture.keyboard.press("+")
    assert size() == first + 2
    lecture.keyboard.press("-")
    assert size() == first


def test_the_theme_is_changed_by_key(lecture: Page) -> None:
    def paper() -> str:
        style = "getComputedStyle(document.querySelector('.cnn-demo')).backgroundColor"
        return str(lecture.evaluate(style))

    lecture.keyboard.press("t")
    light = paper()
    lecture.keyboard.press("t")
    assert (light, paper()) == ("rgb(255, 255, 255)", "rgb(26, 26, 26)")


def test_a_demo_is_stepped_without_a_click(lecture: Page) -> None:
    lecture.evaluate("location.hash = 'sliding_kernel'")
    demo = lecture.locator("[data-demo=sliding_kernel]")
    expect(demo).to_be_focused()
    lecture.keyboard.press(".")
    expect(demo.locator(".status")).to_contain_text("y[0, 1] = 80·0 + 40·0.25 + 40·0.5 + 0·1 = 30")
    assert drawn(demo, "y").tolist() == [[70, 30], [10, 40]]


def test_axe_finds_nothing_in_the_page_around_a_demo(lecture: Page) -> None:
    assert violations(lecture, "document") == []
