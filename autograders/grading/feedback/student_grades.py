"""What the gradebook has for one student, put into the graded notebook for the feedback page."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from autograders.grading.deadlines.announce import own_deadline
from autograders.grading.deadlines.due_dates import course_clock
from autograders.grading.gradebook.course import CourseGradebook, course_directory
from autograders.grading.steps.scores import waits


class GetOwnGrades(NbGraderPreprocessor):
    """Scores and comments of the cells as nbgrader's GetGrades, which asks for each by itself;
    points in all, what being late cost, and the sentence `deadline`: when it was due for this
    student, extension included, and when it was handed in. A task that waits for a person says so
    by `waits`; `waiting` are the points that such tasks have, `earned` those of all others."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        where = (names["notebook"], names["assignment"], names["student"])
        with CourseGradebook(names["db_url"]) as gradebook:
            notebook = gradebook.find_submission_notebook(*where)
            grades, comments = gradebook.grades_of(notebook), gradebook.comments_of(notebook)
            for cell in nb.cells:
                is_task = utils.is_task(cell)
                own = cell.metadata.get("nbgrader", {})
                if is_task or utils.is_solution(cell):
                    own["comment"] = comments[own["grade_id"]].comment
                if is_task or utils.is_grade(cell):
                    grade = grades[own["grade_id"]]
                    own["score"], own["points"] = grade.score, grade.max_score
                    if waits(grade):
                        own["waits"] = True
            penalty = notebook.late_submission_penalty or 0
            names["score"] = notebook.score - penalty
            names["max_score"] = notebook.max_score
            names["late_penalty"] = penalty
            open_tasks = [grade for grade in grades.values() if waits(grade)]
            names["waiting"] = sum(grade.max_score for grade in open_tasks)
            names["earned"] = notebook.score - sum(grade.score for grade in open_tasks)
            submission = notebook.assignment
            if (due := submission.assignment.duedate) is not None:
                clock = course_clock(course_directory(self.config), names["assignment"], due)
                names["deadline"] = own_deadline(
                    clock, due, submission.duedate, submission.timestamp
                )
        return nb, resources
