"""Which mistakes a class made: known ones with their sections, and wrong answers without a name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from autograders.checks.load import load_assignment
from autograders.instructor_report.collect import Collected, Graded
from autograders.instructor_report.found import Findings, grouped


@dataclass(frozen=True)
class Made:
    """A known mistake, or a forbidden operation, and who made it; `section` explains it, "" where
    none does."""

    exercise: str
    name: str
    sentence: str
    section: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A section of the notebook, how many students made a mistake that it explains, and which."""

    title: str
    students: int
    mistakes: tuple[Made, ...]


@dataclass(frozen=True)
class Nameless:
    """Equal wrong answers that no known mistake explains: in words, and what the check printed for
    the first of them."""

    exercise: str
    words: str
    text: str
    students: tuple[str, ...]


def mistakes_made(collected: Collected) -> list[Made]:
    """The known mistakes and forbidden operations, the commonest first."""
    made: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for each in collected.graded:
        for exercise, found in each.findings.items():
            for mistake in found.mistakes:
                made[exercise, mistake, True].append(each.student)
            if found.forbidden:
                made[exercise, found.forbidden, False].append(each.student)
    described = [
        _made(collected.assignment, exercise, name, is_mistake, tuple(students))
        for (exercise, name, is_mistake), students in made.items()
    ]
    return sorted(described, key=lambda one: (-len(one.students), one.exercise, one.name))


def sections_to_teach_again(made: Sequence[Made]) -> list[Section]:
    """The sections that explain the mistakes, those first that most students need."""
    explained: dict[str, list[Made]] = defaultdict(list)
    for mistake in made:
        if mistake.section:
            explained[mistake.section].append(mistake)
    sections = [
        Section(title, len({s for one in ones for s in one.students}), tuple(ones))
        for title, ones in explained.items()
    ]
    return sorted(sections, key=lambda section: (-section.students, section.title))


def nameless(collected: Collected) -> list[Nameless]:
    """The wrong answers without a name, in groups of equal ones, the largest first."""
    by_exercise: dict[str, list[tuple[Graded, Findings]]] = defaultdict(list)
    for each in collected.graded:
        for exercise, found in each.findings.items():
            if found.is_unmatched:
                by_exercise[exercise].append((each, found))
    groups = [
        Nameless(
            exercise,
            _words(group[0][1]),
            group[0][0].texts.get(exercise, ""),
            tuple(each.student for each, _ in group),
        )
        for exercise, found in by_exercise.items()
        for group in grouped(found)
    ]
    return sorted(groups, key=lambda group: -len(group.students))


def _made(
    assignment: str, exercise: str, name: str, is_mistake: bool, students: tuple[str, ...]
) -> Made:
    if not is_mistake:
        sentence = f"it calls {name}, which this exercise forbids"
        return Made(exercise, name, sentence, "", students)
    known = load_assignment(assignment).exercises
    mistake = known[exercise].mistakes.get(name) if exercise in known else None
    if mistake is None:  # it was known when the notebook was graded
        return Made(exercise, name, name, "", students)
    return Made(exercise, name, mistake.sentence, mistake.section, students)


def _words(found: Findings) -> str:
    wrong = [case for case in found.cases if case]
    kinds = Counter(case.kind for case in wrong)
    what = "; ".join(f"{kind} ({count})" for kind, count in kinds.most_common())
    passed = sum(passed for _, passed in found.groups)
    return (
        f"Wrong in {len(wrong)} of {len(found.cases)} cases, {passed} of {len(found.groups)} steps "
        f"passed: {what}."
    )
