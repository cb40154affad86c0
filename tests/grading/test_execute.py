"""The road in one kernel, for notebooks that one trusts, runs the demos that are needed as well."""

from pathlib import Path

from grading.test_needed_cells import demo, locked, own
from nbformat.v4 import new_notebook

from autograders.grading.steps.execute import Execute


def test_demos_are_run_for_their_names_alone(tmp_path: Path) -> None:
    notebook = new_notebook(
        cells=[
            locked("setup", "from pathlib import Path"),
            demo("tools", "factor = 2\nPath('net.safetensors').write_text('trained')\nfactor"),
            demo("slow", "late = 3\nwhile True:\n    pass"),
            demo("fails", "more = 4\n1 / 0"),
            demo("not-needed", "Path('seen').touch()"),
            own("print(factor, late, more, list(Path('.').iterdir()))"),
        ]
    )
    resources = {"metadata": {"path": str(tmp_path)}, "unique_key": "any"}
    done, _ = Execute(timeout=2).preprocess(notebook, resources)
    *others, last = done.cells
    assert last.outputs[0].text == "2 3 4 []\n"
    assert not any(cell.outputs for cell in others)
