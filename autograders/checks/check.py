"""The one function of every grade cell: `check("conv2d", conv2d)` prints why and returns points."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import torch

from autograders.checks.breaks import break_task, judge_breaks
from autograders.checks.exercise import Assignment, Exercise, TrainedWeights
from autograders.checks.judging.judge import judge
from autograders.checks.judging.mute_output import mute_output
from autograders.checks.load import load_assignment
from autograders.checks.predictions import judge_prediction
from autograders.checks.progress import Card
from autograders.checks.reporting.by_hand import Patience
from autograders.checks.reporting.picture import show_difference
from autograders.checks.reporting.report import report
from autograders.checks.reporting.result import publish
from autograders.checks.trained_weights import judge_weights

Task = TypeVar("Task")


class CouldNotBeGraded(Exception):
    """A fault of the course's own, not of the answer: no automatic score, a person decides."""


def checks_for(assignment: str) -> "Checks":
    """The check of one assignment, given its full name as `01-discrete-convolution`.

    Raises:
        ValueError: for an assignment that does not exist.
    """
    return Checks(load_assignment(assignment))


class Checks:
    """Called with the name of an exercise and the student's function, prints what was found and
    returns the points earned, a float from 0 to the points of the cell."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._committed: dict[str, Any] = {}
        self._patience = Patience()
        self._card = Card(assignment.name)

    def progress(self) -> None:
        """Shows the student's points so far and what is next; each check brings it up to date."""
        self._card.show()

    def __call__(self, name: str, answer: Any) -> float:
        """The points of exercise `name` for `answer`, a function, or for trained weights the name
        or path of their file.

        Raises:
            ValueError: for a name that the assignment does not have.
            CouldNotBeGraded: where the check itself failed.
        """
        tasks: dict[str, Exercise | TrainedWeights]
        tasks = {**self._assignment.exercises, **self._assignment.weights}
        task = _named(name, tasks)
        with _own_faults_are_ours(name):
            if isinstance(task, TrainedWeights):
                points, text = judge_weights(task, answer)
            else:
                began = time.perf_counter()
                verdict = judge(task, answer)
                seconds = time.perf_counter() - began
                points = verdict.points
                text = report(verdict) + self._patience.case_by_hand(verdict)
                publish(verdict, seconds)
                show_difference(verdict)
        print(text)
        self._card.keep(name, points)
        return points

    def predict(self, name: str, value: Any) -> float:
        """Half the points for an answer of the asked form, the other half for the right one. The
        first answer of a session is committed: a second, different one changes nothing.

        Raises:
            ValueError: for a name that the assignment does not have.
        """
        prediction = _named(name, self._assignment.predictions)
        points, text, value = judge_prediction(prediction, value, self._committed.get(name))
        if points:
            self._committed[name] = value
        print(text)
        self._card.keep(name, points)
        return points

    def breaks(self, name: str, inputs: Sequence[Any]) -> float:
        """Equal points for each faulty implementation that gives a wrong answer on one of
        `inputs`, a list of argument tuples.

        Raises:
            ValueError: for a name that the assignment does not have.
            CouldNotBeGraded: where the check itself failed.
        """
        points = _named(name, self._assignment.break_points)
        with _own_faults_are_ours(name), mute_output(), torch.no_grad():
            earned, text = judge_breaks(break_task(name), points, inputs)
        print(text)
        self._card.keep(name, earned)
        return earned


@contextmanager
def _own_faults_are_ours(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise CouldNotBeGraded(
            f"{name} could not be graded, and that is the course's fault, not yours: it costs and "
            f"gives no points until a person has looked ({type(error).__name__}: {error})"
        ) from error


def _named(name: str, known: Mapping[str, Task]) -> Task:
    if name not in known:
        raise ValueError(f"there is no task {name!r} here; there are: {', '.join(known)}")
    return known[name]
