"""Points without an answer."""

import copy

from grading.small_course import find, index

from attacks.attack import KEPT_CELL, LOST_ALL, LOST_CELL, Attack, Notebook


def _skip(notebook: Notebook) -> None:
    find(notebook, "double")["metadata"]["tags"] = ["skip-execution"]


def _edit(notebook: Notebook) -> None:
    cell = find(notebook, "double")
    cell["source"] = "3.0"
    cell["metadata"]["nbgrader"].update(points=100, locked=False)


def _swap_ids(notebook: Notebook) -> None:
    one, other = (find(notebook, name)["metadata"]["nbgrader"] for name in ("double", "triple"))
    one["grade_id"], other["grade_id"] = "triple", "double"


def _as_words(notebook: Notebook) -> None:
    cell = find(notebook, "double")
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


def _twice(notebook: Notebook) -> None:
    easy = copy.deepcopy(find(notebook, "double"))
    easy["source"] = "3.0"
    notebook["cells"].insert(index(notebook, "double"), easy)


def _by_hand(notebook: Notebook) -> None:
    cell = find(notebook, "double")
    cell["source"] = "import os; os._exit(0)"
    cell["metadata"]["nbgrader"].update(solution=True)


def _outputs(notebook: Notebook) -> None:
    """What a file can show for a run that there never was, in every cell of code."""
    report = {"output_type": "stream", "name": "stdout", "text": "double: LEAKED 18 of 18"}
    result = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    for name in ("double-solution", "double", "demo-slow", "setup"):
        find(notebook, name)["outputs"] = [report, result | {"data": {"text/plain": "3.0"}}]
    find(notebook, "double")["metadata"]["handed_in"] = [report]


FORGING = {
    "tag": Attack("tag", change=_skip),
    "drop-asserts": Attack(
        "transformer",
        """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
get_ipython().ast_transformers.append(Drop())
""",
        answer="def double(x):\n    return 1",
        expected=LOST_CELL,
    ),
    "rewrite-checks": Attack(
        "transformer",
        """
get_ipython().input_transformers_cleanup.append(
    lambda lines: ["3.0\\n"] if lines and lines[0].startswith("check(") else lines)
""",
    ),
    "silent-errors": Attack(
        "traceback",
        """
import sys
get_ipython().__class__.showtraceback = lambda *a, **k: print("fine")
get_ipython().set_custom_exc((Exception,), lambda *a, **k: None)
sys.excepthook = lambda *a: None
""",
        answer="def double(x):\n    raise ValueError",
        expected=LOST_CELL,
    ),
    "own-results": Attack(
        "own-results",
        """
import json, os, struct
for name in ("results.json", "results.pkl", "gradebook.db", "01-small.ipynb"):
    open(name, "w").write(json.dumps({"score": 3.0, "double": 3.0}))
header = json.dumps({"value": {"dict": [["result", 10]]}, "arrays": []}).encode()
frame = struct.pack("<II", len(header) + 4, len(header)) + header
for descriptor in range(3, 12):
    try:
        os.write(descriptor, frame * 3)
    except OSError:
        pass
os._exit(0)
""",
        expected=LOST_ALL,
    ),
    "locked-results": Attack(
        "locked-results",
        """
import os
open("results.json", "w").write("3.0")
for path in ("results.json", "<course>/gradebook.db", "<course>/autograded"):
    try:
        os.chmod(path, 0o444)
    except OSError as error:
        print("refused", error)
""",
    ),
    "rewrite-harness": Attack(
        "harness",
        """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith("autograders"):
        for attribute in list(vars(module)):
            if callable(getattr(module, attribute)) and not attribute.startswith("__"):
                setattr(module, attribute, lambda *a, **k: 3.0)
        try:
            open(module.__file__, "w").write("")
        except (OSError, TypeError) as error:
            print("refused", error)
""",
        expected=KEPT_CELL,
    ),
    "exit-in-function": Attack(
        "exit", answer="import os\n\ndef double(x):\n    os._exit(0)", expected=LOST_CELL
    ),
    "system-exit": Attack(
        "exit", answer="def double(x):\n    raise SystemExit(0)", expected=LOST_CELL
    ),
    "equal-to-all": Attack(
        "lying-objects",
        """
class Any(int):
    __hash__ = int.__hash__
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
def double(x):
    return Any(7)
""",
        expected=LOST_CELL,
    ),
    "equal-array": Attack(
        "lying-objects",
        """
import numpy as np
class Any(np.ndarray):
    def __eq__(self, other):
        return True
    def __bool__(self):
        return True
def double(x):
    return np.array(7.5).view(Any)
""",
        expected=LOST_CELL,
    ),
    "patched-builtins": Attack(
        "patched-tools",
        """
import builtins, numpy, torch, unittest.mock
for module, name in ((builtins, "isinstance"), (builtins, "abs"), (builtins, "print"),
                     (numpy, "allclose"), (torch, "allclose"), (torch, "equal")):
    setattr(module, name, lambda *a, **k: True)
""",
        expected=KEPT_CELL,
    ),
    "patched-check": Attack(
        "patched-tools",
        """
import sys
class Always(dict):
    def __setitem__(self, name, value):
        super().__setitem__(name, (lambda *a: 3.0) if name == "check" else value)
check.__code__ = (lambda name, function: 3.0).__code__
""",
    ),
    "pickle": Attack(
        "pickle",
        """
import builtins
class Result:
    def __reduce__(self):
        return (builtins.open, ("<course>/pickled", "w"))
def double(x):
    return Result()
""",
        expected=LOST_CELL,
    ),
    "nan": Attack(
        "forged-number", answer="def double(x):\n    return float('nan')", expected=LOST_CELL
    ),
    "shown-as-three": Attack(
        "forged-number",
        """
plain = get_ipython().display_formatter.formatters["text/plain"]
plain.for_type(float, lambda value, printer, cycle: printer.text("3.0"))
""",
    ),
    "edited-check": Attack("edited-cells", change=_edit),
    "swapped-ids": Attack("edited-cells", change=_swap_ids),
    "check-as-words": Attack("edited-cells", change=_as_words),
    "check-twice": Attack("edited-cells", change=_twice),
    "handed-in-outputs": Attack("edited-cells", change=_outputs),
    "check-as-answer": Attack("examiner-code", change=_by_hand),
    "printed": Attack(
        "printed",
        """
from IPython.display import publish_display_data
print("3.0")
publish_display_data({"text/plain": "3.0"})
def double(x):
    print("3.0")
    return x
3.0
""",
    ),
    "detects-grading": Attack(
        "detects-grading",
        """
import os
if "NBGRADER_EXECUTION" in os.environ:
    check = predict = lambda *a: 100.0
    def double(x):
        return x if x else True
""",
        expected=LOST_CELL,
    ),
    "early-replies": Attack(
        "replies",
        """
import json, os, struct
def frame(value, size=None):
    header = json.dumps({"value": value, "arrays": []}).encode()
    return struct.pack("<II", size or len(header) + 4, len(header)) + header
reply = {"dict": [["result", 10]]}
os.write(3, frame(reply) * 50)
def double(x):
    os.write(3, frame(reply))
    return 10
""",
        expected=LOST_ALL,
    ),
}
