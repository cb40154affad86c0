"""Whether rounding ever fails a right answer: 10,000 cases drawn anew, answered in many styles.

A draw is one of the exercises' own cases, visible or hidden, with fresh numbers, in single and in
double precision. Every right answer that the tests keep, from plain loops to one matrix product,
is asked for it, and compared as the checks compare. Prints how many draws and answers there were,
how many answers failed, and how near to its tolerance the worst one came; writes the sentence into
README.md. Exercises whose cases hold no drawn numbers are left out.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from readme import markers

from autograders.authoring.build import Specification, drawn_case
from autograders.authoring.cases import Draw, Given
from autograders.checks.exercise import Case, Exercise
from autograders.checks.judging.answer import InThisProcess
from autograders.checks.judging.compare import difference
from autograders.checks.load import load_assignment, module_name

ROOT = Path(__file__).parents[1]
DRAWS = 10_000
DTYPES = ("float32", "float64")


@dataclass(frozen=True)
class Trial:
    """One answer to one draw: what is wrong with it, "" where nothing is, and its largest error as
    a share of what rounding may explain, 0 where numbers are compared exactly."""

    exercise: str
    style: str
    case: Case
    wrong: str
    share: float


@dataclass(frozen=True)
class Source:
    """An exercise from which cases are drawn, and the right answers to it, by style."""

    name: str
    asked: Specification
    exercise: Exercise
    styles: dict[str, Any]
    draws: tuple[Draw, ...]


def main() -> None:
    torch.set_num_threads(1)
    answers, failed, nearest = 0, 0, None
    for trial in trials(DRAWS):
        answers += 1
        if trial.wrong:
            failed += 1
            print(f"{trial.exercise}, {trial.style}: {trial.case}\n  {trial.wrong}", flush=True)
        if nearest is None or trial.share > nearest.share:
            nearest = trial
    assert nearest
    text = (
        f"{DRAWS:,} cases drawn anew, each in single and in double precision, {answers:,} right "
        f"answers: {failed} failed. The largest error is {nearest.share:.2f} of what its case "
        f"allows ({nearest.exercise}, {nearest.style}, {nearest.case.dtype})."
    )
    print(text)
    if failed:
        raise SystemExit("a right answer failed")
    markers.write("fairness", text)


def trials(draws: int, first: int = 0) -> Iterator[Trial]:
    """Every style's answer to each of `draws` draws from number `first`; a number stands for the
    same case for ever."""
    for number, (source, described) in islice(
        enumerate(_in_turns(sources())), first, first + draws
    ):
        plain = replace(source.asked, mistakes={}, together=())
        for dtype in DTYPES:
            case = drawn_case(plain, replace(described, dtype=dtype), f"fairness/{number}")
            for style, function in source.styles.items():
                yield _tried(source, style, function, case)


def _tried(source: Source, style: str, function: Any, case: Case) -> Trial:
    result = InThisProcess(function).hold(source.exercise, case, "cpu")().result
    wrong = difference(result, source.exercise, case, "cpu")
    share = 0.0 if wrong else _share(result, source.exercise, case)
    return Trial(source.name, style, case, wrong.detail if wrong else "", share)


def sources() -> list[Source]:
    """Every exercise of the course that has drawn numbers in its cases."""
    names = sorted(path.stem for path in ROOT.glob("notebooks/*/*.ipynb"))
    assignments = {name: load_assignment(name) for name in names}
    sys.path.append(str(ROOT / "tests"))  # last, since its folders bear the packages' names
    from checks.right_answers import right_answers

    found = []
    for name, assignment in assignments.items():
        module, answers = module_name(name), right_answers(name)
        hidden = import_module(f"autograders.hidden.{module}").GROUPS
        for asked in import_module(f"autograders.exercises.{module}").EXERCISES:
            groups = [*asked.groups.values(), *hidden.get(asked.name, {}).values()]
            draws = tuple(d for group in groups for d in group if _has_numbers(d))
            if draws:
                exercise = assignment.exercises[asked.name]
                title = f"{name[:2]} {asked.name}"
                found.append(Source(title, asked, exercise, answers[asked.name], draws))
    return found


def _has_numbers(described: Draw) -> bool:
    return any(not isinstance(v, (Given, np.ndarray)) for v in described.arguments.values())


def _in_turns(found: list[Source]) -> Iterator[tuple[Source, Draw]]:
    """Exercise after exercise, each with its next case."""
    draws = [cycle(source.draws) for source in found]
    while True:
        yield from ((source, next(mine)) for source, mine in zip(found, draws, strict=True))


def _share(result: Any, exercise: Exercise, case: Case) -> float:
    results = result if len(exercise.outputs) > 1 else (result,)
    shares = [0.0]
    for name, value in zip(exercise.outputs, results, strict=True):
        if name in case.expected and case.tolerance[name] and not case.rule:
            got = value.detach().numpy() if torch.is_tensor(value) else np.asarray(value)
            error = abs(got.astype("float64") - case.expected[name]).max()
            shares.append(float(error) / case.tolerance[name])
    return max(shares)


if __name__ == "__main__":
    main()
