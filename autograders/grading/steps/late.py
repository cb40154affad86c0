"""When a submission was handed in, until when it was open, and what being late costs."""

from __future__ import annotations

import contextlib
import math
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float, default

from autograders.grading.deadlines.clock import Clock
from autograders.grading.deadlines.due_dates import Deadlines, deadlines_from
from autograders.grading.gradebook.course import CourseGradebook, course_directory
from autograders.grading.gradebook.transaction import one_transaction
from autograders.grading.submitted.submission import Lateness, read_timestamp

SECONDS_A_DAY = timedelta(days=1).total_seconds()


class LatePolicy(LateSubmissionPlugin):
    """So many points for each day that is begun after the due date, none as long as none are set.

    Points rather than a share of the score, so that points by hand that come later do not change
    what is taken off.
    """

    points_a_day = Float(0.0, min=0, help="Points taken off for each day begun.").tag(config=True)
    grace_minutes = Float(0.0, min=0, help="How late is not late yet.").tag(config=True)
    most_points = Float(math.inf, min=0, help="The most points taken off.").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        late = total_seconds_late - 60 * self.grace_minutes
        if late <= 0 or self.points_a_day == 0:
            return None
        days = math.ceil(late / SECONDS_A_DAY)
        return min(self.points_a_day * days, self.most_points)


class AssignPenalties(AssignLatePenalties):
    """nbgrader's, after the time of handing in and the extension that extensions.csv gives are in
    the gradebook.

    A plugin is told the seconds by the course's calendar: 86,400 for each day that has passed,
    however many hours it had.
    """

    @default("plugin_class")
    def _own_policy(self) -> type:
        return LatePolicy

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        self.init_plugin()
        with CourseGradebook(names["db_url"]) as gradebook, one_transaction(gradebook):
            notebook = gradebook.find_submission_notebook(
                names["notebook"], names["assignment"], names["student"]
            )
            submission = notebook.assignment
            due = self._deadlines(names["assignment"], submission.assignment.duedate)
            if "handed_in" in names:
                submission.timestamp = names["handed_in"]
            elif handed_in := _read_again(resources["metadata"].get("path"), due.clock):
                submission.timestamp = handed_in
            if due.are_listed and due.due and (own := due.of(names["student"])):
                submission.extension = own - due.due or None
            notebook.late_submission_penalty = self._penalty(notebook, due.clock)
        return nb, resources

    def _deadlines(self, assignment: str, due: datetime | None) -> Deadlines:
        """Read once for all submissions that this step is given."""
        if (assignment, due) not in self._read:
            directory = course_directory(self.config)
            self._read[assignment, due] = deadlines_from(directory, assignment, due)
        return self._read[assignment, due]

    @cached_property
    def _read(self) -> dict[tuple[str, datetime | None], Deadlines]:
        return {}

    def _penalty(self, notebook: Any, clock: Clock) -> float | None:
        """nbgrader's takes off no more than the score so far; points by hand may still come."""
        handed_in, due = notebook.assignment.timestamp, notebook.assignment.duedate
        if handed_in is None or due is None or _to_the_second(handed_in) <= due:
            return None
        student = notebook.student.id
        late = clock.days(due, _to_the_second(handed_in)) * SECONDS_A_DAY
        penalty = self.plugin_inst.late_submission_penalty(student, notebook.score, late)
        self.log.info("%s handed in %s seconds late: %s points off", student, late, penalty or 0)
        return None if penalty is None else min(max(penalty, 0.0), notebook.max_score)


def _to_the_second(moment: datetime) -> datetime:
    """Nobody is late by less than what is told."""
    return moment.replace(microsecond=0)


def _read_again(folder: str | None, clock: Clock) -> datetime | None:
    """The time beside a notebook that nbgrader grades: it takes +0100 for a hundred seconds."""
    with contextlib.suppress(ValueError):
        return clock.read(read_timestamp(Path(folder))) if folder else None
    return None


def lateness(notebook: Any) -> Lateness:
    """What the gradebook has of a submitted notebook."""
    submission = notebook.assignment
    penalty = notebook.late_submission_penalty or 0.0
    return Lateness(submission.timestamp, submission.duedate, penalty)


def told(late: Lateness, clock: Clock) -> str:
    """When it was handed in and due, in words.

    >>> told(Lateness(datetime(2026, 12, 2), None, 0), Clock())
    'handed in 2026-12-02 00:00 UTC, and there is no due date'
    """
    when = clock.show(late.handed_in) if late.handed_in else "at no known time"
    until = f"due {clock.show(late.due)}" if late.due else "and there is no due date"
    return f"handed in {when}, {until}"
