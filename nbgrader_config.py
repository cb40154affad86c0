"""nbgrader's settings for this course, read by nbgrader, formgrader and the course command."""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821 - traitlets puts it here

# nbgrader starts `alembic` by its bare name when it makes a gradebook.
programs = str(Path(sys.executable).parent)
path = os.environ.get("PATH", os.defpath)
if programs not in path.split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join([programs, path])

c.CourseDirectory.course_id = "cnn"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.source_directory = "notebooks"
# Modules beside a submitted notebook are no part of an answer; kernels run elsewhere anyway.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "__pycache__",
    "*.py",
    "*.pyc",
    "autograders",
    "course_lib",
    "feedback",
]

# An unwritten function returns None, so that "Run all" goes on to the cells below it.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\n..."}

# A check may be corrected, added, split or removed though there are submissions of the older ones.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "autograders.grading.steps.changed_cells.SaveChangedCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
    "autograders.grading.steps.changed_cells.NoteCells",
    "autograders.grading.deadlines.announce.TellDueDate",
]

# A file is read as people hand it in: UTF-16, an old format, bytes that are no text.
c.Autograde.exporter_class = "autograders.grading.steps.rebuild.SubmittedNotebook"
# Then the notebook is put back into its released form. nbgrader's own DeduplicateIds,
# OverwriteCells and CheckCellMetadata would find nothing then, and are slow.
c.Autograde.sanitize_preprocessors = [
    "autograders.grading.steps.rebuild.RebuildNotebook",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.OverwriteKernelspec",
]
# Students' code runs in a sandbox, away from the checks, and what is not surely a score earns
# nothing. (autograders.grading.steps.execute.Execute runs both in one kernel, for trusted ones.)
c.Autograde.autograde_preprocessors = [
    "autograders.grading.steps.isolate.IsolatedExecute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "autograders.grading.steps.scores.ScoreContract",
    "autograders.grading.steps.scores.SaveGrades",
    "autograders.grading.steps.late.AssignPenalties",
]

# The exchange of a shared machine: nobody hands in for somebody else (docs/exchange.md).
c.ExchangeFactory.collect = "autograders.grading.exchange.Collect"
c.ExchangeFactory.release_feedback = "autograders.grading.exchange.ReleaseFeedback"

# The course's time zone, in which days are counted and deadlines told, here and in formgrader
# (docs/lms.md). Without it, the zone in which a due date was given: the gradebook has it in UTC,
# nbgrader's log of due dates as it was typed.
# c.NbGraderAPI.timezone = "Europe/Berlin"
c.DbAssignmentAddApp.logfile = str(Path(__file__).resolve().parent / "due_dates.log")

# What being late costs: nothing, until points_a_day is set here (docs/lms.md).
c.LatePolicy.points_a_day = 0.0
c.LatePolicy.grace_minutes = 0.0

# Formgrader shows students' Markdown to the instructor: without what runs or loads anything.
c.HTMLExporter.filters = {"markdown2html": "autograders.grading.feedback.safe_html.markdown2html"}

# One page whole in itself: no request, no script, every task named, formulas without MathJax.
c.GenerateFeedback.exporter_class = "autograders.grading.feedback.page.FeedbackPage"
c.GenerateFeedback.preprocessors = [
    "autograders.grading.feedback.student_grades.GetOwnGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
