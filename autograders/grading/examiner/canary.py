"""Before any student's notebook, one whose grades are known: a right answer and some attacks.

Where it gets other grades the sandbox or the checks are not what they should be, and nothing is
graded.
"""

from pathlib import Path
from typing import Any

from autograders.grading.examiner.examination import examine
from autograders.grading.examiner.isolation import Isolation
from autograders.grading.examiner.notebook_run import Cell
from autograders.grading.examiner.session import Forkserver

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


def _cell(source: str, is_grade: bool = False, sets_up: bool = False) -> Cell:
    return Cell(source.strip(), is_grade, sets_up)


def _result(outputs: list[Any]) -> str:
    last = outputs[-1] if outputs else {}
    shown = last.get("data", {}).get("text/plain")
    return str(shown or last.get("evalue") or last.get("text") or "nothing").strip()
