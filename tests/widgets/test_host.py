"""What every demo does, on a page without Jupyter: for all readers, in all themes, and no more."""

import re
from xml.etree import ElementTree

import pytest
from browser import axe
from playwright.sync_api import Locator, Page, expect
from widgets.page import DEMOS, blank_page, code, mount, painted, state, status

pytestmark = pytest.mark.browser


@pytest.fixture(params=DEMOS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


DEMO = "document.querySelector('.cnn-demo')"


def violations(page: Page, where: str = DEMO) -> list[str]:
    """What axe-core finds wrong with the demo, or elsewhere."""
    return axe.violations(page, where)


def faint(page: Page) -> list[str]:
    """The text of the demo that is too faint to read."""
    return violations(page, f"{DEMO}, {{runOnly: ['color-contrast']}}")


def open_all(demo: Locator) -> None:
    """Open what is folded and show the prediction, so that all of it is there to be judged."""
    for summary in demo.locator("summary").all():
        summary.click()
    demo.get_by_role("button", name="Predict first").click()
    expect(demo.locator("form.predict")).to_be_visible()


def test_axe_finds_nothing_in_light_and_no_faint_text_in_the_dark(page: Page, name: str) -> None:
    page.emulate_media(color_scheme="light")
    open_all(mount(page, name))
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert faint(page) == []


def test_axe_would_find_text_that_is_faint_in_the_dark_alone(page: Page) -> None:
    mount(page, "sliding_kernel")
    page.locator(".cnn-demo .head").evaluate("head => (head.style.color = '#333')")
    page.emulate_media(color_scheme="light")
    assert faint(page) == []
    page.emulate_media(color_scheme="dark")
    assert any("head" in found for found in faint(page))


def test_axe_would_find_a_label_that_is_lost(page: Page) -> None:
    mount(page, "sliding_kernel")
    page.locator(".cnn-demo label").first.evaluate("label => label.remove()")
    assert any(found.startswith("select-name") for found in violations(page))


def test_no_state_breaks_it(page: Page, name: str) -> None:
    for bad in ({"at": None}, {"at": [1e9, -5], "x": "<b>", "k": 7}, {"size": {}, "kernel": [[]]}):
        mount(page, name, bad, {"student": None})
        expect(status(page.locator(".cnn-demo"))).to_have_text(re.compile(r"\w+"))
        page.evaluate("window.mounted.unmount()")


def test_tab_reaches_every_control_in_order_and_shows_where_it_is(page: Page, name: str) -> None:
    demo = mount(page, name)
    open_all(demo)
    expected = demo.evaluate(
        """root => {
            const kinds = 'button, select, input, textarea, summary, [tabindex="0"]';
            const all = root.querySelectorAll(kinds);
            const seen = [...all].filter(e => !e.disabled && e.offsetParent !== null);
            seen.forEach((element, index) => (element.dataset.order = index));
            return seen.length;
        }"""
    )
    page.locator("#around").focus()
    for index in range(expected):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const style = getComputedStyle(document.activeElement);
                return [document.activeElement.dataset.order, style.outlineStyle,
                        parseFloat(style.outlineWidth)];
            }"""
        )
        assert focused[0] == str(index)
        assert focused[1] == "solid"
        assert focused[2] >= 2


def test_escape_gives_the_focus_to_what_is_around(page: Page, name: str) -> None:
    demo = mount(page, name)
    demo.get_by_role("button").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator("#around")).to_be_focused()


def test_jupyterlab_is_told_to_leave_the_keys_of_what_has_the_focus(page: Page, name: str) -> None:
    demo = mount(page, name)
    expect(demo).to_have_attribute("data-lm-suppress-shortcuts", "true")
    for each in (demo.get_by_role("button").first, demo.locator("summary").first):
        each.focus()
        expect(each).to_have_attribute("data-lm-suppress-shortcuts", "true")


def test_it_fits_320_pixels(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    open_all(mount(page, name))
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    assert violations(page) == []


def test_buttons_are_large_enough_to_hit(page: Page, name: str) -> None:
    demo = mount(page, name)
    for button in demo.locator("button, select, summary, input").all():
        if button.is_visible():
            box = button.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 24, button.inner_html()


def test_less_motion_means_steps_by_hand(page: Page, name: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    demo = mount(page, name)
    play = demo.get_by_role("button", name="Play")
    if not play.count():
        pytest.skip("nothing to play")
    expect(play).to_be_disabled()
    before = painted(demo).locator(".where").inner_text()
    demo.get_by_role("button", name="Step forward").click()
    expect(demo.locator(".where")).not_to_have_text(before)


def test_playing_moves_and_pauses(page: Page, name: str) -> None:
    demo = mount(page, name)
    if not demo.get_by_role("button", name="Play").count():
        pytest.skip("nothing to play")
    demo.get_by_label("Speed").select_option("fast")
    before = painted(demo).locator(".where").inner_text()
    demo.get_by_role("button", name="Play").click()
    expect(demo.locator(".where")).not_to_have_text(before)
    demo.get_by_role("button", name="Pause").click()
    expect(demo.get_by_role("button", name="Play")).to_be_visible()


def test_colours_of_the_system_keep_the_marks(page: Page, name: str) -> None:
    page.emulate_media(forced_colors="active")
    demo = mount(page, name)
    marks = demo.locator(".cell.window, .cell.current")
    for mark in marks.all()[:3]:
        width = mark.evaluate("cell => getComputedStyle(cell, '::before').borderTopWidth")
        assert width == "3px"
    buttons = demo.locator("button").first.evaluate("b => getComputedStyle(b).borderTopStyle")
    assert buttons == "solid"


def test_nothing_is_left_of_it_when_it_goes(page: Page, name: str) -> None:
    page.evaluate(
        """() => {
            window.running = new Set();
            const [start, stop] = [window.setInterval, window.clearInterval];
            window.setInterval = (...a) => { const id = start(...a); running.add(id); return id; };
            window.clearInterval = (id) => { running.delete(id); stop(id); };
        }"""
    )
    demo = mount(page, name)
    assert page.evaluate("mounted.model.listening()") == 2
    play = demo.get_by_role("button", name="Play")
    if play.count():
        play.click()
        assert page.evaluate("running.size") == 1
    page.evaluate("mounted.unmount()")
    left = page.evaluate(
        "[mounted.model.listening(), running.size, document.getElementById('place').innerHTML]"
    )
    assert left == [0, 0, ""]


def test_the_picture_is_saved_with_words(page: Page, name: str) -> None:
    demo = mount(page, name)
    with page.expect_download() as saved:
        demo.get_by_role("button", name="Save picture").click()
    assert saved.value.suggested_filename == f"{name}.svg"
    root = ElementTree.fromstring(saved.value.path().read_bytes())
    space = {"svg": "http://www.w3.org/2000/svg"}
    assert root.get("role") == "img"
    words = root.findtext("svg:desc", namespaces=space)
    assert words == status(demo).inner_text()
    caption = "".join(" " + (t.text or "") for t in root.findall("svg:text", space))
    assert caption.split() == words.split()


def test_the_code_is_copied(page: Page, name: str) -> None:
    demo = mount(page, name)
    demo.locator("details.code summary").click()
    page.evaluate(
        "document.addEventListener('copy', () => (window.copied = document.activeElement.value))"
    )
    button = demo.get_by_role("button", name="Copy torch")
    button.click()
    expect(demo.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("window.copied") == code(demo, "torch")


def test_a_prediction_hides_the_result_until_it_is_made(page: Page, name: str) -> None:
    demo = mount(page, name)
    shown = status(demo).inner_text()
    demo.get_by_role("button", name="Predict first").click()
    expect(status(demo)).not_to_have_text(shown)
    assert shown.startswith(status(demo).inner_text())
    demo.get_by_label("Your prediction").fill("123456")
    demo.get_by_role("button", name="Reveal").click()
    expect(demo.locator("form.predict [role=status]")).to_contain_text("You said 123456; it is")
    expect(status(demo)).to_have_text(shown)


def test_start_again_brings_the_first_setting_back(page: Page, name: str) -> None:
    demo = mount(page, name)
    first = status(demo).inner_text()
    before = page.evaluate(f"courseDemos.descriptions['{name}'].defaults")
    slider = demo.locator("input[type=range]:enabled").last
    slider.focus()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    demo.get_by_role("button", name="Start again").click()
    expect(status(demo)).to_have_text(first)
    settled = state(page)
    assert {key: settled[key] for key in before} == before


def test_python_hears_the_setting_and_is_heard(page: Page, name: str) -> None:
    demo = mount(page, name)
    first = status(demo).inner_text()
    page.evaluate("mounted.model.receive('state', {at: [0, 1], step: 1, digit: 3})")
    expect(status(demo)).not_to_have_text(first)


def test_blank_page_makes_no_request(page: Page) -> None:
    blank_page(page)


def test_two_changes_within_one_frame_both_count(page: Page) -> None:
    demo = mount(page, "pooling")
    demo.evaluate(
        """root => {
            const slide = (label, value) => {
                const name = [...root.querySelectorAll('label')].find(l => l.textContent === label);
                const slider = root.querySelector(`#${name.htmlFor}`);
                slider.value = value;
                slider.dispatchEvent(new Event('input', { bubbles: true }));
            };
            slide('Shift down', 2);
            slide('Shift right', 3);
        }"""
    )
    assert state(page)["shift"] == [2, 3]
    demo.locator("[data-panel=y] .cell").first.focus()
    page.evaluate(
        """() => {
            for (let press = 0; press < 3; press++)
                document.activeElement.dispatchEvent(
                    new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
        }"""
    )
    assert state(page)["at"] == [0, 3]
