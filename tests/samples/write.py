"""Writes the sample submissions into a course folder, each as if a student had handed it in."""

from collections.abc import Collection
from pathlib import Path

from helpers import ASSIGNMENT, submission

from samples.mangled import MANGLED, NAME, Files, saved

SOLUTIONS = Path(__file__).parent / "solutions"
HONEST = {
    **{f"style_{style}": SOLUTIONS / f"{style}.py" for style in ("loops", "windows", "fft")},
    **{path.stem: path for path in sorted(SOLUTIONS.glob("wrong_*.py"))},
}
DEMO = (
    "style_loops",
    "style_windows",
    "style_fft",
    "wrong_bias",
    "wrong_flip",
    "wrong_input_gradient",
    "wrong_torch",
    "wrong_unfinished",
    "wrong_zeros",
    "unsolved",
    "syntax_error",
    "check_duplicated",
    "tag_skip_execution",
    "torch_beside",
    "not_json",
    "empty_file",
)


def write_samples(course: Path, names: Collection[str] = (*HONEST, *MANGLED)) -> None:
    """Puts samples into submitted/, under their names as students' ids.

    Args:
        course: a course folder in which assignment 01 has been released.
        names: of samples, as `style_loops`, `wrong_flip`, `tag_skip_execution`; all of them.
    """
    released = course / "release" / ASSIGNMENT / NAME
    for name in names:
        for path, content in sample(released, name).items():
            target = course / "submitted" / name / ASSIGNMENT / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def sample(released: Path, name: str) -> Files:
    """The files of one sample, made from the released notebook."""
    if name in HONEST:
        return saved(submission(released, HONEST[name]))
    mangled = MANGLED[name]
    return mangled.make(submission(released, HONEST.get(mangled.base)))
