"""docs/contributing/exercise.md, followed: what it adds judges rightly and is listed."""

from pathlib import Path

from docs.following import Copy
from helpers import ROOT

RIGHT = """\
from autograders import checks_for
import torch
def max_pool1d(x, kernel, stride, dilation):
    places = range(0, x.shape[2] - dilation * (kernel - 1), stride)
    return torch.stack(
        [x[:, :, i : i + dilation * (kernel - 1) + 1 : dilation].amax(2) for i in places], 2
    )
assert checks_for("03-pooling")("max_pool1d", max_pool1d) == 4
assert checks_for("03-pooling")("max_pool1d", lambda x, *window: x) == 0
"""

AUDITED = """\
from pathlib import Path
from autograders.audit.mutants import wrong_answers
from autograders.audit.survivors import disagreements, read_reasons
from autograders.audit.trial import try_all
if __name__ == "__main__":
    every = wrong_answers(Path.cwd(), ["03-pooling"])
    wrong = [w for w in every if (w[0].exercise, w[0].style) == ("max_pool1d", "loops")]
    assert len(wrong) > 20
    assert disagreements(list(try_all(wrong, 1)), read_reasons()) == []
"""


def test_the_exercise_of_the_page_judges_rightly_and_is_listed(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "course")
    copy.follow(ROOT / "docs" / "contributing" / "exercise.md")
    copy.lint()
    copy.run_program(RIGHT)
    copy.run_program(AUDITED)
    listed = (copy.folder / "docs" / "exercises.md").read_text(encoding="utf-8")
    assert "| 2 | `max_pool1d` | 4 | ★☆☆ | 6 |" in listed
    assert "`max_pool1d(x, kernel, stride, dilation)`: windows side by side; " in listed
