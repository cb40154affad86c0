"""Before any student's notebook, one whose grades are known: a right answer and some attacks.

Where it gets other grades the sandbox or the checks are not what they should be, and nothing is
graded.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograders.authoring.cases import Draw
from autograders.checks.exercise import Case, Exercise, Group
from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.examination import examine
from autograders.grading.examiner.isolation import Isolation
from autograders.grading.examiner.notebook_run import Cell, TimeBudget
from autograders.grading.examiner.proof import Proof, Prover
from autograders.grading.examiner.session import Forkserver, StudentCodeLost

SECONDS = 30.0

_LOCKED = """
def check(function):
    return 1.0 if function(20, 1) == 41 else 0.0


def none(found):
    return 1.0 if found == [] else 0.0
"""

_RIGHT = """
import torch


def right(a, b):
    return int(2 * torch.tensor(a, device={device!r}) + b)
"""

_WRONG = """
class Liar(float):
    __eq__ = __lt__ = __gt__ = lambda self, other: True


def wrong(a, b):
    return Liar(0)


get_ipython().ast_transformers.clear()
get_ipython().input_transformers_post.append(
    lambda lines: ["1.0"] if lines[0].startswith("check(") else lines
)
check = lambda function: 1.0
"""

ATTACKS = """
import ctypes, os, socket

# beneath what the student's process puts before these of Python's own
libc = ctypes.CDLL(None, use_errno=True)


def change():
    if libc.chmod({secret!r}.encode(), 0o777):
        raise OSError(ctypes.get_errno(), "chmod was refused")


attacks = {{
    "read": lambda: open({secret!r}).read(),
    "write": lambda: open({secret!r}, "a"),
    "start": lambda: os.posix_spawn("/bin/true", ["true"], {{}}),
    "fork": lambda: os.fork() or os._exit(0),
    "connect": lambda: socket.socket(),
    "change": change,
    "kill": lambda: os.kill(os.getppid(), 0),
}}
succeeded = []
for name, attack in attacks.items():
    try:
        attack()
        succeeded.append(name)
    except OSError:
        pass
"""


# Convolutions, each by what stands before it, and whether it is to be proved.
_CONVOLUTIONS = {
    "one of its own": (
        """
import gc, json, threading
import numpy as np
import torch


def convolve(x, w):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    return torch.einsum("ncijpq,ocpq->noij", windows, w)
""",
        True,
    ),
    "a forged record": (
        """
def forged(**asked):
    steps = [["aten::full.default", [[1, 1, 3, 3], 1.0], {}, 1]]
    record = {"inputs": 2, "steps": steps, "results": [{"v": 2}]}
    return {"record": np.frombuffer(json.dumps(record).encode(), "uint8")}


deeds = next(each for each in gc.get_objects() if type(each) is dict and "look_up" in each)
honest = deeds["record"]
deeds["record"] = forged
""",
        False,
    ),
    "torch's own": (
        """
deeds["record"] = honest
convolve = torch.conv2d
""",
        False,
    ),
    "torch's own, in another thread and with the ban undone": (
        """
for found in gc.get_objects():
    if type(found).__name__ == "Ban":
        found.set(())
        found.set = lambda families: None


def convolve(*given):
    found = []
    thread = threading.Thread(target=lambda: found.append(torch.conv2d(*given)))
    thread.start()
    thread.join()
    return found[0]
""",
        False,
    ),
}


class WrongVerdict(RuntimeError):
    """The canary's notebook got grades that it does not deserve."""


def try_canary(process: Forkserver, isolation: Isolation, folder: Path) -> None:
    """Grades the canary's notebook. Where the isolation is not enough its attacks are left out.

    Args:
        folder: one of the examiner's own, which students must not reach.

    Raises:
        WrongVerdict: names what went wrong.
    """
    secret = folder / "secret"
    secret.write_text("what no student may read")
    cells = [
        _cell(_LOCKED, sets_up=True),
        _cell(_RIGHT.format(device=process.device)),
        _cell("check(right)", is_grade=True),
        _cell(_WRONG),
        _cell("check(wrong)", is_grade=True),
        _cell(ATTACKS.format(secret=str(secret)) if isolation.is_enough else "succeeded = []"),
        _cell("none(succeeded)", is_grade=True),
        _cell("succeeded"),
        _cell("right(20, 1)"),
    ]
    outputs = examine(process, cells, [], SECONDS).outputs
    results = [_result(outputs[at]) for at in (2, 4, 6)]
    if results != ["1.0", "0.0", "1.0"]:
        raise WrongVerdict(
            f"the canary's notebook got {results} instead of 1, 0 and 1; its right answer said: "
            f"{_result(outputs[8])}; attacks that succeeded: {_result(outputs[7])}. Nothing is "
            "graded on this machine until that is put right"
        )
    try:
        _try_proofs(process)
    except StudentCodeLost as lost:
        raise WrongVerdict(f"the canary's proofs came to no end: {lost}") from None


def _try_proofs(process: Forkserver) -> None:
    """Proves convolutions of which one alone is made of what it may be."""
    student = process.new_student()
    prover = Prover(process, TimeBudget(SECONDS))
    try:
        for name, (source, is_due) in _CONVOLUTIONS.items():
            student.ask("run", Deadline(SECONDS), source=source)
            found = student.ask("look_up", Deadline(SECONDS), name="convolve")
            proof = prover.prove(student, found["function"], _EXERCISE, _EXERCISE.groups)
            if (proof == Proof()) is not is_due:
                raise WrongVerdict(
                    f"of the canary's convolutions {name} was {'not ' * is_due}proved. Nothing is "
                    "graded on this machine until that is put right"
                )
    finally:
        prover.close()
        student.end()


def _right_case(draw: Draw, given: dict[str, Any]) -> Case:
    x, w = (torch.from_numpy(array) for array in given.values())
    return Case(given, {"y": torch.conv2d(x, w).numpy()}, {"y": 1e-9}, {}, draw.dtype)


def _exercise() -> Exercise:
    random = np.random.default_rng(0)
    given = {"x": random.standard_normal((1, 2, 4, 4)), "w": random.standard_normal((1, 2, 2, 2))}
    case = _right_case(Draw({}, "float64"), given)
    return Exercise(
        name="convolve",
        points=1,
        library="torch",
        outputs=("y",),
        forbidden=("convolution",),
        groups=(Group("any", (case,)),),
        mistakes={},
        hidden_groups=0,
        right_case=_right_case,
    )


_EXERCISE = _exercise()


def _cell(source: str, is_grade: bool = False, sets_up: bool = False) -> Cell:
    return Cell(source.strip(), is_grade, sets_up)


def _result(outputs: list[Any]) -> str:
    last = outputs[-1] if outputs else {}
    shown = last.get("data", {}).get("text/plain")
    return str(shown or last.get("evalue") or last.get("text") or "nothing").strip()
