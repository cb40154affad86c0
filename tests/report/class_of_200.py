"""A class of 200 for the report: one submission graded by `course grade`, the others generated.

Generated is who answers what: every exercise of a student is one of the samples' or of the wrong
answers' functions, and tasks without a function have points drawn at random. What those functions
earn and what the check finds in them is not generated: the checks judge each once. Nobody runs 200
notebooks: a generated one is a graded one with other answers and their outputs, and nbgrader's own
classes write its scores into the gradebook.
"""

import inspect
import json
import re
import warnings
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from checks.wrong_answers import convolution
from helpers import ASSIGNMENT, course_folder, graded_cell, read_solutions, solution_cell, source_of
from samples.graded import grade_samples
from samples.write import honest

from autograders.checks.exercise import Exercise
from autograders.checks.judging.judge import ExerciseResult, judge
from autograders.checks.load import load_assignment
from autograders.checks.reporting.report import report
from autograders.checks.reporting.result import MIME, findings
from autograders.edition.release import generate_assignment

REAL = ("wrong_flip",)
SIZE = 200
ODD_NAMES = ("<b>bold & co", "Zoë O'Neil", "a=b?c#d%20e")
COPIED = ("copied", "copier")
IDLE = ("idle", "idler")  # their notebooks are as released
SLOW = "slow"
STOPPED = "never-ending"
FUNCTIONS = (
    "cross_correlate2d",
    "convolve2d",
    "conv2d",
    "compose_kernels",
    "conv1d",
    "conv3d",
    "conv2d_backward",
)


@dataclass(frozen=True)
class Answer:
    """The source of a function, and what the checks say of it."""

    source: str
    verdict: ExerciseResult
    seconds: float = 0.25

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """What its check leaves in a graded notebook."""
        found = {MIME: findings(self.verdict, self.seconds), "text/plain": ""}
        result = {"text/plain": repr(self.verdict.points)}
        return [
            {"output_type": "display_data", "data": found, "metadata": {}},
            {"output_type": "stream", "name": "stdout", "text": report(self.verdict) + "\n"},
            {
                "output_type": "execute_result",
                "data": result,
                "metadata": {},
                "execution_count": 1,
            },
        ]


@dataclass(repr=False)  # of thousands of arrays: a test that fails would print them for minutes
class Class:
    """The course's folder, and what was put into it."""

    course: Path
    answers: dict[str, dict[str, Answer]]  # of each student, by exercise
    scores: dict[str, dict[str, float | None]] = field(default_factory=dict)


def make_class(course: Path) -> Class:
    """A course at `course` with the class's graded submissions."""
    generate_assignment(course_folder(course), ASSIGNMENT)
    graded = grade_samples(course, ASSIGNMENT, REAL)
    assert graded.exit_code == 0, graded.printed
    names = [*ODD_NAMES, *COPIED, *IDLE, SLOW, STOPPED]
    names += [f"student-{number:03}" for number in range(SIZE - len(REAL) - len(names))]
    released = course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    stubs = _stubs(released)
    answers = _answers(names, stubs) | {name: _sampled(name) for name in REAL}
    made = Class(course, answers)
    template = _without_answers(_notebook(course, REAL[0]), released)
    rng = np.random.default_rng(5)
    for name in names:
        notebook = _solved(template, made.answers[name], name)
        path = _notebook(course, name)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        made.scores[name] = _scores(template, made.answers[name], rng)
    _record(course, made.scores)
    return made


def _answers(names: list[str], stubs: Mapping[str, str]) -> dict[str, dict[str, Answer]]:
    """For each student one answer to each exercise; the able ones more often a right one."""
    exercises = load_assignment(ASSIGNMENT).exercises
    known = {name: _judged(exercises[name]) for name in FUNCTIONS}
    rng = np.random.default_rng(4)
    chosen = {}
    for name in names:
        ability = rng.uniform(0.1, 0.95)
        chosen[name] = {
            exercise: _one(known[exercise], rng.random() < ability, rng) for exercise in known
        }
    chosen[SLOW]["conv2d"] = replace(chosen[SLOW]["conv2d"], seconds=600.5)
    for name in IDLE:
        chosen[name] = {
            exercise: Answer(stub, _verdict(exercises[exercise], stub))
            for exercise, stub in stubs.items()
        }
    chosen[COPIED[1]] = {
        exercise: Answer(_disguised(answer.source), answer.verdict)
        for exercise, answer in chosen[COPIED[0]].items()
    }
    return chosen


def _stubs(released: Path) -> dict[str, str]:
    """The answer to each exercise of one who has written nothing."""
    cells = json.loads(released.read_text(encoding="utf-8"))["cells"]
    return {name: source_of(solution_cell(cells, name, name)) for name in FUNCTIONS}


def _without_answers(graded: Path, released: Path) -> dict[str, Any]:
    """A graded notebook with every answer as it was released."""
    notebook: dict[str, Any] = json.loads(graded.read_text(encoding="utf-8"))
    cells = json.loads(released.read_text(encoding="utf-8"))["cells"]
    stubs = {cell["id"]: cell["source"] for cell in cells}
    for cell in notebook["cells"]:
        cell["source"] = stubs[cell["id"]]
    return notebook


def _sampled(name: str) -> dict[str, Answer]:
    """What the sample of that name answers."""
    path = honest(ASSIGNMENT)[name]
    assert path is not None
    sources = read_solutions(path).answers
    exercises = load_assignment(ASSIGNMENT).exercises
    return {e: Answer(sources[e], _verdict(exercises[e], sources[e])) for e in FUNCTIONS}


def _judged(exercise: Exercise) -> list[Answer]:
    """Every different answer to an exercise that the samples and the wrong answers have."""
    sources = [_source_of(a.function, exercise.name) for a in _wrong(exercise.name)]
    for path in honest(ASSIGNMENT).values():
        if path is not None:
            sources.append(read_solutions(path).answers.get(exercise.name, ""))
    return [Answer(s, _verdict(exercise, s)) for s in dict.fromkeys(sources) if s]


def _verdict(exercise: Exercise, source: str) -> ExerciseResult:
    namespace: dict[str, Any] = {"np": np, "torch": torch, "F": torch.nn.functional}
    exec(source, namespace)
    return judge(exercise, namespace[exercise.name])


def _wrong(exercise: str) -> list[Any]:
    return [answer for answer in convolution.ANSWERS if answer.exercise == exercise]


def _source_of(function: Any, name: str) -> str:
    """A function's source without its decorator and under another name."""
    source = inspect.getsource(function)
    source = source[source.index(f"def {function.__name__}(") :]
    return source.replace(function.__name__, name)


def _one(answers: list[Answer], right: bool, rng: np.random.Generator) -> Answer:
    wanted = [a for a in answers if (a.verdict.points == a.verdict.exercise.points) == right]
    return wanted[int(len(wanted) * rng.random() ** 2)]  # the first ones are the commonest


def _disguised(source: str) -> str:
    """The same code with a comment and other names of variables."""
    body = re.sub(r"\b(windows|padded|rows|total|y)\b", r"my_\1", source)
    return body.replace("\n", "  # my own idea\n", 1)


def _solved(template: dict[str, Any], answers: Mapping[str, Answer], name: str) -> dict[str, Any]:
    notebook = deepcopy(template)
    for exercise, answer in answers.items():
        solution_cell(notebook["cells"], exercise, exercise)["source"] = answer.source
        graded_cell(notebook["cells"], exercise)["outputs"] = answer.outputs
    if name == STOPPED:
        error = {"output_type": "error", "ename": "CellTimeout", "evalue": "", "traceback": []}
        graded_cell(notebook["cells"], "debug-input-gradient")["outputs"] = [error]
    return notebook


def _scores(
    template: dict[str, Any], answers: Mapping[str, Answer], rng: np.random.Generator
) -> dict[str, float | None]:
    """What each graded cell earns; a person has looked at nine of ten."""
    scores: dict[str, float | None] = {}
    for cell in template["cells"]:
        settings = cell["metadata"].get("nbgrader", {})
        if settings.get("grade"):
            name, points = settings["grade_id"], settings["points"]
            drawn = points * rng.choice([0, 0.5, 1])
            by_hand = name.startswith("manual-") and rng.random() < 0.1
            scores[name] = None if by_hand else float(drawn)
    return scores | {name: answer.verdict.points for name, answer in answers.items()}


def _record(course: Path, scores: Mapping[str, Mapping[str, float | None]]) -> None:
    with warnings.catch_warnings(action="ignore"):
        from nbgrader import api

        with api.Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            assignment = gradebook.find_assignment(ASSIGNMENT)
            [notebook] = assignment.notebooks
            for name, earned in scores.items():
                student = api.Student(id=name)
                submitted = api.SubmittedAssignment(assignment=assignment, student=student)
                answered = api.SubmittedNotebook(notebook=notebook, assignment=submitted)
                for cell in notebook.grade_cells:
                    by = "manual_score" if cell.name.startswith("manual-") else "auto_score"
                    points = earned[cell.name]
                    given = {by: points, "needs_manual_grade": points is None}
                    api.Grade(cell=cell, notebook=answered, **given)
                gradebook.db.add(student)
            gradebook.db.commit()


def _notebook(course: Path, student: str) -> Path:
    return course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
