"""Trained weights, handed in as a file beside the notebook and judged on images kept back."""

from pathlib import Path
from typing import Any

from autograders.checks.exercise import Goal, TrainedWeights
from autograders.checks.judging.plain_data import plain
from course_lib.weights import read_weights


def judge_weights(asked: TrainedWeights, path: Any) -> tuple[float, str]:
    """Points and the text that the student reads. Where no goal is known a file of the right form
    has them all; where goals are, each step reached earns its share, and the form alone nothing."""
    try:
        path = plain(path)
        if Path(path).name != str(path):  # some other file of the instructor's, or of a student's
            raise ValueError(f"{path!r} is a path; give the name alone of a file beside this one")
        read_weights(path, asked.shapes)
    except FileNotFoundError:
        what = f"there is no file {path}: run the cells that train and save"
        return 0.0, _headed(asked, 0.0, [f"  {what}"])
    except (OSError, TypeError, ValueError) as error:
        return 0.0, _headed(asked, 0.0, [f"  {error}"])
    except Exception as error:  # numbers of a kind that torch or safetensors does not read
        what = f"{path} cannot be read ({type(error).__name__}: {error})"
        return 0.0, _headed(asked, 0.0, [f"  {what}"])
    if not asked.goals:
        later = "  how many images it gets right is graded after you hand in"
        lines = [f"  {asked.file} holds the {len(asked.shapes)} parameters asked for", later]
        return float(asked.points), _headed(asked, asked.points, lines)
    shares = [goal.measure(Path(path)) for goal in asked.goals]
    judged = list(zip(asked.goals, shares, strict=True))
    reached = sum(_reached(goal, share) for goal, share in judged)
    points = round(asked.points * reached / sum(len(goal.steps) for goal in asked.goals), 2)
    lines = [
        f"  {_reached(goal, share)} of {len(goal.steps)}  {number}. {goal.title}: {share:.2%} "
        f"({', '.join(f'{100 * step:g}' for step in goal.steps)} % asked)"
        for number, (goal, share) in enumerate(judged, 1)
    ]
    return points, _headed(asked, points, lines)


def _reached(goal: Goal, share: float) -> int:
    return sum(share >= step for step in goal.steps)


def _headed(asked: TrainedWeights, points: float, lines: list[str]) -> str:
    return "\n".join([f"{asked.name}: {points:g} of {asked.points:g} points", *lines])
