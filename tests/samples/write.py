"""Writes the sample submissions into a course folder, each as if a student had handed it in."""

from collections.abc import Collection
from pathlib import Path

from helpers import submission

from samples.mangled import MANGLED, Files, saved
from samples.trained import lenet5_weights

SOLUTIONS = Path(__file__).parent / "solutions"
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


def honest(assignment: str) -> dict[str, Path | None]:
    """The file of answers of each honest sample of an assignment, as `02-padding-and-stride`.

    The names are `style_...` for answers that are right, `wrong_...`, and `unsolved`, without a
    file, for the notebook as released.
    """
    _, topic = assignment.split("-", 1)
    files = sorted((SOLUTIONS / topic.replace("-", "_")).glob("*.py"))
    wrong = {path.stem: path for path in files if path.stem.startswith("wrong_")}
    right = {f"style_{path.stem}": path for path in files if path.stem not in wrong}
    return {**right, **wrong, "unsolved": None}


def write_samples(course: Path, assignment: str, names: Collection[str]) -> None:
    """Puts samples into submitted/, under their names as students' ids.

    Args:
        course: a course folder in which `assignment` has been released.
        assignment: as `01-discrete-convolution`, the only one with mangled samples.
        names: of samples, as `style_loops`, `wrong_flip`, `tag_skip_execution`.
    """
    released = course / "release" / assignment / f"{assignment}.ipynb"
    for name in names:
        for path, content in sample(released, name).items():
            target = course / "submitted" / name / assignment / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def sample(released: Path, name: str) -> Files:
    """The files of one sample, made from the released notebook."""
    answers = honest(released.stem)
    if name in answers:
        notebook = submission(released, answers[name])
        return saved(notebook, released.name) | (_beside(released.stem) if answers[name] else {})
    mangled = MANGLED[name]
    return mangled.make(submission(released, answers[mangled.base]))


def _beside(assignment: str) -> Files:
    """What lies beside a notebook with answers: the weights that its student has trained."""
    return {"lenet5.safetensors": lenet5_weights()} if assignment == "04-lenet5" else {}
