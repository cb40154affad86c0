"""The words that a student reads about an exercise: the first thing to look at, then the ladder."""

from autograders.checks.exercise import Group
from autograders.checks.judging.judge import ExerciseResult, Failure


def report(verdict: ExerciseResult) -> str:
    """The whole text for one exercise, the same for the same verdict: the points, the first thing
    to look at, the ladder.

    A visible case is shown with its numbers; of a hidden one only the kind of difference is told.
    """
    exercise = verdict.exercise
    lines = [f"{exercise.name}: {verdict.points:g} of {exercise.points:g} points"]
    if verdict.forbidden:
        use = verdict.forbidden
        lines += [
            f"  The answer calls {use.operation}, {use.meaning} ({use.line}).",
            "  This exercise asks you to write that operation: calling it earns no points.",
        ]
        return "\n".join(lines)
    failure = verdict.first_failure
    if failure:
        lines += [*_first_look(failure), *_looks_like(verdict)]
        if verdict.deciding:
            lines.append(f"  With {verdict.deciding} and all else as it is, this case is right.")
        lines.append("")
    lines += _ladder(verdict)
    if verdict.left:
        left = ", ".join(verdict.left)
        lines.append(f"  A call left this behind, and the check put it back: {left}")
    later = exercise.hidden_groups - sum(group.hidden for group, _ in verdict.groups)
    if later:
        lines.append(f"  {later} more {_groups(later)} graded after you hand in")
    return "\n".join(lines)


def _first_look(failure: Failure) -> list[str]:
    title = _titled(failure.number, failure.group)
    if failure.group.hidden:
        return [f"  Look first at {title}: {failure.wrong.kind}."]
    return [
        f"  Look first at {title}, case {failure.place}: {failure.case}",
        *(f"    {line}" for line in failure.wrong.detail.splitlines()),
    ]


def _ladder(verdict: ExerciseResult) -> list[str]:
    return [
        f"  {'passed' if passed else 'failed'}  {_titled(number, group)}"
        for number, ((group, _), passed) in enumerate(
            zip(verdict.groups, verdict.passed, strict=True), 1
        )
    ]


def _looks_like(verdict: ExerciseResult) -> list[str]:
    """A known mistake, or two at once, each with its section."""
    named = [verdict.exercise.mistakes[name] for name in verdict.mistakes]
    if not named:
        return []
    sections = dict.fromkeys(f'"{mistake.section}"' for mistake in named)
    what = "; and ".join(mistake.sentence for mistake in named)
    twice = "two things at once: " if len(named) == 2 else ""
    return [f"  Looks like {twice}{what}", f"    (see {' and '.join(sections)})"]


def _titled(number: int, group: Group) -> str:
    return f"{number}. {group.title}" + (" (hidden)" if group.hidden else "")


def _groups(count: int) -> str:
    return "group is" if count == 1 else "groups are"
