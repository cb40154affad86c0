"""An instructor grades an answer by hand in formgrader; the student reads it in the feedback."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser.answers import fill_in, read, solutions
from browser.chromium import loopback_context
from browser.course import ASSIGNMENT, NOTEBOOK, nbgrader
from browser.jupyterlab import isolated_environment, running_jupyterlab
from browser.notebook_tab import choose
from playwright.sync_api import Browser, FrameLocator, Page, Response, expect

pytestmark = pytest.mark.browser

MATHJAX = (
    "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/latest.js?config=TeX-AMS_CHTML-full,Safe"
)
MANUAL = "manual-index-slip"
ANSWER = "Turn the indices of the kernel and the two forms agree."
COMMENT = "The idea is right; write out what happens at the border."


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """As elsewhere, but formgrader's pages ask for MathJax; without it formulas stay LaTeX."""
    with loopback_context(browser, refused={MATHJAX}) as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def graded_course(course: Path) -> Path:
    """A course with one student's submission, graded as far as it can be without a person."""
    nbgrader(course, "generate_assignment", ASSIGNMENT)
    submission = course / "submitted" / "ada" / ASSIGNMENT
    shutil.copytree(course / "release" / ASSIGNMENT, submission)
    answers = solutions(read(course / "notebooks" / ASSIGNMENT / NOTEBOOK))
    fill_in(submission / NOTEBOOK, answers | {MANUAL: ANSWER})
    nbgrader(course, "autograde", ASSIGNMENT, "--create")
    return course


@pytest.fixture(scope="module")
def address(graded_course: Path) -> Iterator[str]:
    environment = isolated_environment(graded_course.parent / "jupyter")
    with running_jupyterlab(graded_course, environment) as address:
        yield address


def test_manual_score_and_comment_reach_the_feedback_page(
    browser: Browser, page: Page, address: str, graded_course: Path
) -> None:
    page.goto(f"{address}lab")
    choose(page, "Nbgrader", "Formgrader")
    formgrader = page.frame_locator("#formgrader iframe")
    open_submission(formgrader)
    expect(formgrader.get_by_text(ANSWER)).to_be_visible()
    with page.expect_response(stores("grade")):
        formgrader.locator(f"#{MANUAL}").fill("7")
        formgrader.locator(f"#{MANUAL}").blur()
    with page.expect_response(stores("comment")):
        formgrader.locator(f"#{MANUAL}-comment").fill(COMMENT)
        formgrader.locator(f"#{MANUAL}-comment").blur()
    generate_feedback(formgrader)

    written = graded_course / "feedback" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    with loopback_context(browser) as students:
        feedback = students.new_page()
        feedback.goto(written.as_uri())
        title = feedback.get_by_role("heading", name=ASSIGNMENT)
        expect(title).to_contain_text("Score: 97 / 100")
        answer = feedback.locator(".nbgrader_cell", has_text=ANSWER)
        expect(answer).to_contain_text("Score: 7 / 10")
        expect(answer).to_contain_text(COMMENT)


def open_submission(formgrader: FrameLocator) -> None:
    """From formgrader's first page to the only submission."""
    formgrader.get_by_role("link", name="Manual Grading").click()
    expect(formgrader.get_by_role("heading", name="Manual Grading")).to_be_visible()
    formgrader.locator("td").get_by_role("link", name=ASSIGNMENT).click()
    expect(formgrader.get_by_text("Notebook ID")).to_be_visible()
    formgrader.locator("td").get_by_role("link", name=ASSIGNMENT).click()
    formgrader.get_by_role("link", name="Submission #1").click()


def generate_feedback(formgrader: FrameLocator) -> None:
    """Leave the submission and press Generate Feedback in the assignment's row."""
    formgrader.get_by_role("link", name="Manual Grading").click()
    formgrader.get_by_role("link", name="Manage Assignments").click()
    formgrader.locator(".generate-feedback a").click()
    done = f"Successfully generated feedback of '{ASSIGNMENT}'."
    expect(formgrader.get_by_role("dialog").get_by_text(done)).to_be_visible(timeout=60_000)


def stores(kind: str) -> Callable[[Response], bool]:
    """Whether a response is to formgrader's storing of a grade or a comment."""

    def matches(response: Response) -> bool:
        return response.request.method == "PUT" and f"/formgrader/api/{kind}/" in response.url

    return matches
