"""The report on a class of 200, opened in a browser from its file: its numbers are the gradebook's,
its names lead to the work, and nothing of it comes from or leads elsewhere."""

import contextlib
import sqlite3
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import correlation, fmean, pstdev, quantiles
from urllib.parse import unquote

import numpy as np
import pytest
from browser.axe import violations
from browser.chromium import launch, loopback_context
from click.testing import CliRunner
from helpers import ASSIGNMENT
from playwright.sync_api import Browser, Page, sync_playwright
from report.class_of_200 import (
    COPIED,
    IDLE,
    ODD_NAMES,
    REAL,
    SIZE,
    SLOW,
    STOPPED,
    Class,
    make_class,
)

from autograders.checks.judging.judge import ExerciseResult
from autograders.cli import main

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Class:
    return make_class(tmp_path_factory.mktemp("report") / "course")


@pytest.fixture(scope="module")
def file(made: Class) -> Path:
    feedback = made.course / "feedback" / SLOW / ASSIGNMENT / f"{ASSIGNMENT}.html"
    feedback.parent.mkdir(parents=True)
    feedback.touch()
    return write_report(made.course)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page(browser: Browser, file: Path) -> Iterator[Page]:
    """The report; any other request, error or warning fails the module's last test."""
    problems: list[str] = []
    with loopback_context(browser) as context:
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.append(request.url))
        page.goto(file.as_uri())
        yield page
    assert problems == [file.as_uri()]


def write_report(course: Path, *options: str) -> Path:
    with contextlib.chdir(course), warnings.catch_warnings(action="ignore"):
        done = CliRunner().invoke(main, ["report", "01", *options])
    path = course / "reports" / f"{ASSIGNMENT}.html"
    assert done.output == f"The report on {SIZE} submissions: {path}\n"
    return path


@pytest.fixture(scope="module")
def scores(made: Class) -> dict[str, dict[str, float | None]]:
    """Student -> task -> points, straight from the database; None where there are none yet."""
    query = """
        SELECT submitted_assignment.student_id, base_cell.name, COALESCE(manual_score, auto_score)
        FROM grade
        JOIN base_cell ON grade.cell_id = base_cell.id
        JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
    """
    found: dict[str, dict[str, float | None]] = {}
    with contextlib.closing(sqlite3.connect(made.course / "gradebook.db")) as connection:
        for student, task, points in connection.execute(query):
            found.setdefault(student, {})[task] = points
    assert len(found) == SIZE
    return found


@pytest.fixture(scope="module")
def totals(scores: dict[str, dict[str, float | None]]) -> dict[str, float]:
    return {student: sum(p or 0 for p in earned.values()) for student, earned in scores.items()}


@dataclass(frozen=True)
class Row:
    """A row of a table: what it is about, its cells' texts, the names in it that are links."""

    about: str
    cells: list[str]
    names: list[str]


def rows(page: Page, kind: str) -> list[Row]:
    """The rows that bear the attribute data-`kind`."""
    found = page.locator(f"[data-{kind}]").evaluate_all(
        """(rows, kind) => rows.map(row => [
            row.dataset[kind],
            [...row.querySelectorAll('th, td')].map(cell => cell.textContent.trim()),
            [...row.querySelectorAll('a')].map(link => link.textContent),
        ])""",
        kind,
    )
    return [Row(*row) for row in found]


def test_the_distribution_is_that_of_the_gradebook(page: Page, totals: dict[str, float]) -> None:
    points = list(totals.values())
    low, middle, high = quantiles(points, method="inclusive")
    expected = [fmean(points), pstdev(points), min(points), low, middle, high, max(points)]
    told = page.locator("#numbers td").all_text_contents()
    assert [float(text) for text in told] == pytest.approx(expected, abs=0.00501)
    bins = Counter(min(int(p // 10), 9) for p in points)
    counts = page.locator("section[aria-labelledby=points] .scroll td").all_text_contents()
    assert [int(text) for text in counts] == [bins[k] for k in range(10)]
    assert f"{SIZE} graded submissions." in str(page.locator("header").text_content())


def test_difficulty_and_discrimination_are_those_of_the_gradebook(
    page: Page, scores: dict[str, dict[str, float | None]], totals: dict[str, float]
) -> None:
    told = [row.cells for row in rows(page, "task")]
    assert {cells[0] for cells in told} == set(scores[REAL[0]])
    for name, _, points, graded, full, share, discrimination in told:
        pairs = [(e[name], totals[s] - e[name]) for s, e in scores.items() if e[name] is not None]
        earned, rest = zip(*pairs, strict=True)
        assert int(graded) == len(pairs)
        assert int(full) == sum(e == float(points) for e in earned)
        assert float(share) == pytest.approx(fmean(earned) / float(points), abs=0.00501)
        assert float(discrimination) == pytest.approx(correlation(earned, rest), abs=0.00501)


def test_points_that_a_person_must_still_give_are_told(
    page: Page, scores: dict[str, dict[str, float | None]]
) -> None:
    waiting = sum(None in earned.values() for earned in scores.values())
    assert 10 < waiting < 50
    sentence = f"{waiting} wait for points by hand, which count as 0 in the sums."
    assert sentence in str(page.locator("header").text_content())


def test_each_known_mistake_is_counted_and_leads_to_its_submissions(
    page: Page, made: Class, file: Path
) -> None:
    expected = named(made)
    assert len(expected) > 20
    told = rows(page, "mistake")
    assert {row.about: set(row.names) for row in told} == expected
    sizes = [len(expected[row.about]) for row in told]
    assert [row.cells[2] for row in told] == [f"{n} ({100 * n / SIZE:.0f} %)" for n in sizes]
    assert sizes == sorted(sizes, reverse=True)
    hrefs = page.locator("a").evaluate_all("links => links.map(a => [a.textContent, a.href])")
    for student, href in hrefs:
        place = "feedback" if student == SLOW else "autograded"
        path = Path(unquote(href.removeprefix("file://")))
        assert path.is_file()
        assert path.parts[-4:-1] == (place, student, ASSIGNMENT)


def test_equal_wrong_answers_without_a_name_stand_together(page: Page, made: Class) -> None:
    expected = sorted(sorted(group) for group in nameless(made))
    assert max(map(len, expected)) >= 5
    told = [sorted(row.names) for row in rows(page, "nameless")]
    assert len(expected) > len(told) == 40
    assert all(group in expected for group in told)
    assert list(map(len, told)) == sorted(map(len, expected), reverse=True)[:40]


def test_sections_to_teach_again_are_those_of_the_mistakes(page: Page, made: Class) -> None:
    needed: dict[str, set[str]] = {}
    for student, answers in made.answers.items():
        for answer in answers.values():
            for mistake in answer.verdict.mistakes:
                section = answer.verdict.exercise.mistakes[mistake].section
                needed.setdefault(section, set()).add(student)
    told = {row.about: int(row.cells[1]) for row in rows(page, "section")}
    assert told == {section: len(students) for section, students in needed.items()}
    assert list(told.values()) == sorted(told.values(), reverse=True)


def test_the_slowest_submission_stands_first_with_its_slowest_exercise(page: Page) -> None:
    slow = rows(page, "slow")
    assert len(slow) == 10
    name, seconds, *slowest = slow[0].cells
    assert [name, *slowest] == [SLOW, "conv2d", "600.50"]
    assert 602 <= float(seconds) < 610
    assert page.locator("[data-stopped]").all_text_contents() == [
        f"{STOPPED}: debug-input-gradient"
    ]


def test_a_copy_with_other_names_is_found_and_the_template_is_no_copy(page: Page) -> None:
    pairs = [tuple(row.names) for row in rows(page, "pair")]
    assert COPIED in pairs
    assert not {IDLE[0], IDLE[1]} & {student for pair in pairs for student in pair}
    assert "A hint, never a verdict." in str(page.locator("#alike + p").text_content())


def test_names_are_text_and_never_markup(page: Page) -> None:
    assert page.locator("main b").count() == 0
    text = str(page.locator("main").text_content())
    assert all(name in text for name in ODD_NAMES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert violations(page) == []


def test_pictures_have_words_and_take_the_colours_of_the_page(page: Page) -> None:
    pictures = page.locator("svg[role=img]")
    words = pictures.evaluate_all("all => all.map(svg => svg.getAttribute('aria-label'))")
    assert [text.partition(":")[0] for text in words] == [
        "Histogram of the points",
        "Mean share of the points and discrimination of each task",
    ]
    look = "svg => getComputedStyle(svg.querySelector('text')).fill"
    page.emulate_media(color_scheme="light")
    light = pictures.first.evaluate(look)
    page.emulate_media(color_scheme="dark")
    assert (light, pictures.first.evaluate(look)) == ("rgb(26, 26, 26)", "rgb(232, 232, 232)")
    page.emulate_media(media="print", color_scheme="dark")
    assert pictures.first.evaluate(look) == "rgb(0, 0, 0)"
    page.emulate_media(media="screen")


def test_without_names_nothing_leads_to_a_student(made: Class, browser: Browser) -> None:
    path = write_report(made.course, "--no-names")
    text = path.read_text(encoding="utf-8")
    assert not [name for name in made.answers if len(name) > 5 and name in text]
    with loopback_context(browser) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        assert page.locator("a, pre").count() == 0
        told = [set(row.cells[3].split(", ")) for row in rows(page, "mistake")]
        assert sorted(map(len, told)) == sorted(map(len, named(made).values()))
        assert set().union(*told) <= {f"Student {number:03}" for number in range(1, SIZE + 1)}
        assert rows(page, "slow")[0].cells[0].startswith("Student ")


def named(made: Class) -> dict[str, set[str]]:
    """Exercise and known mistake, or forbidden operation -> who made it, from the checks alone."""
    found: dict[str, set[str]] = {}
    for student, answers in made.answers.items():
        for exercise, answer in answers.items():
            verdict = answer.verdict
            names = list(verdict.mistakes)
            if verdict.forbidden:
                names.append(f"{verdict.forbidden.operation}, {verdict.forbidden.meaning}")
            for name in names:
                found.setdefault(f"{exercise}: {name}", set()).add(student)
    return found


def nameless(made: Class) -> list[list[str]]:
    """Who gave equal wrong answers that have no name, told by all their numbers."""
    groups: list[tuple[ExerciseResult, list[str]]] = []
    for student, answers in sorted(made.answers.items()):
        for answer in answers.values():
            verdict = answer.verdict
            if all(verdict.passed) or verdict.mistakes or verdict.forbidden:
                continue
            home = next((who for other, who in groups if equal(verdict, other)), None)
            if home is None:
                groups.append((verdict, [student]))
            else:
                home.append(student)
    return [who for _, who in groups]


def equal(one: ExerciseResult, other: ExerciseResult) -> bool:
    if one.exercise is not other.exercise:
        return False
    mine, theirs = ([a.wrong for _, tried in v.groups for a in tried] for v in (one, other))
    return all(
        a is b is None
        or (
            a is not None
            and b is not None
            and a.kind == b.kind
            and (a.answer or {}).keys() == (b.answer or {}).keys()
            and all(
                a.answer[k].shape == b.answer[k].shape
                and np.allclose(a.answer[k], b.answer[k], rtol=1e-4, atol=1e-6, equal_nan=True)
                for k in a.answer or {}
            )
        )
        for a, b in zip(mine, theirs, strict=True)
    )
