"""The words that a student reads about an exercise: the ladder, then the first thing to look at."""

from autograders.exercise import Group
from autograders.judge import Verdict


def report(verdict: Verdict) -> str:
    """The whole text for one exercise, the same for the same verdict.

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
    lines += _ladder(verdict)
    later = exercise.hidden_groups - sum(group.hidden for group, _ in verdict.groups)
    if later:
        lines.append(f"  {later} more {_groups(later)} graded after you hand in")
    return "\n".join(lines + _first_failure(verdict))


def _ladder(verdict: Verdict) -> list[str]:
    return [
        f"  {'passed' if passed else 'failed'}  {_titled(number, group)}"
        for number, ((group, _), passed) in enumerate(
            zip(verdict.groups, verdict.passed, strict=True), 1
        )
    ]


def _first_failure(verdict: Verdict) -> list[str]:
    for number, ((group, attempts), passed) in enumerate(
        zip(verdict.groups, verdict.passed, strict=True), 1
    ):
        if passed:
            continue
        place, attempt = next((i, a) for i, a in enumerate(attempts, 1) if a.wrong)
        assert attempt.wrong
        if group.hidden:
            what = [f"  Look first at {_titled(number, group)}: {attempt.wrong.kind}."]
        else:
            what = [
                f"  Look first at {_titled(number, group)}, case {place}: {attempt.case}",
                *(f"    {line}" for line in attempt.wrong.detail.splitlines()),
            ]
        return ["", *what, *_looks_like(verdict)]
    return []


def _looks_like(verdict: Verdict) -> list[str]:
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
