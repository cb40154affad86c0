"""`course check`: a notebook looked over, repaired, and written out as what to hand in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
import nbformat
from nbformat import NotebookNode

from autograders.notebook.file import NoNotebook, NotebookFile, read_notebook
from autograders.notebook.new_release import follow_release, keep_extras, without_own_extras
from autograders.notebook.rebuild import rebuild
from autograders.notebook.slots import grade_id, role
from autograders.system.folders import NotFound
from autograders.system.whole_files import require_writable, write_all, write_whole


class CannotHandIn(click.ClickException):
    """A notebook that cannot be repaired; the message says why. `course` ends with 1."""


@dataclass(frozen=True)
class Receipt:
    """What was handed in: the file `notebook`, and the `text` that lies in the file `path`."""

    notebook: Path
    path: Path
    text: str


def hand_in(folder: Path, assignment: str, notebook: Path | None = None) -> Receipt:
    """Look over, repair and write out the work on `assignment`.

    A notebook in need of repair is replaced by the repaired one, and the old one is kept beside
    it. Work from another place goes into the assignment's own notebook where that holds none.
    Outputs stay in the notebook and in what is handed in, where the cell that made them did.
    Trained weights, files `*.safetensors` beside the notebook, are handed in with it.

    Args:
        folder: the student's package, with the released notebook.
        assignment: its full name.
        notebook: the student's, if it is not `folder`/NAME/NAME.ipynb.

    Raises:
        NotFound: there is no notebook.
        CannotHandIn: it is not a notebook, or it holds no work while an earlier hand-in does.
        OSError: a file cannot be written, and what was handed in before is as it was.
    """
    home = folder / assignment / f"{assignment}.ipynb"
    path = (notebook or home).resolve()
    if not path.is_file():
        raise NotFound(f"there is no notebook {path}; give the path of yours after {assignment}")
    released = nbformat.read(folder / "autograders" / "released" / f"{assignment}.ipynb", 4)
    work = look_over(_read(path), released)
    target = folder / "hand-in" / f"{assignment}.ipynb"
    if work.is_blank and target.is_file():
        raise CannotHandIn(
            f"{path} holds no work, while {target}, from an earlier check, does. To go on with "
            f"that work, run `course check {assignment} {target}`."
        )
    require_writable(target.parent)
    content = (nbformat.writes(work.notebook) + "\n").encode()
    told = [*work.findings, *_put_back(content, path, home, work, released)]
    unchanged = "" if work.notes else " and unchanged"
    told = [*(told or [f"All cells of the assignment are there{unchanged}."]), *work.notes]
    weights = {file.name: file.read_bytes() for file in sorted(path.parent.glob("*.safetensors"))}
    due = released.metadata.get("course", {}).get("due", "")
    text = _receipt(assignment, due, {target.name: content, **weights}, told, work.undone)
    receipt = target.with_name(f"{assignment}-receipt.txt")
    beside = {target.with_name(name): numbers for name, numbers in weights.items()}
    # A receipt may name a folder whose name is no text; its bytes are kept.
    write_all({target: content, **beside, receipt: text.encode(errors="surrogateescape")})
    return Receipt(target, receipt, text)


@dataclass(frozen=True)
class Work:
    """A notebook after repair: it, what was repaired, what else to know, and the tasks, done or
    not yet."""

    notebook: NotebookNode
    findings: list[str]
    notes: list[str]
    tasks: list[str]
    undone: list[str]

    @property
    def is_blank(self) -> bool:
        """Whether no task is done."""
        return self.undone == self.tasks


def look_over(file: NotebookFile, released: NotebookNode) -> Work:
    """The work in a notebook's file, in the form of the notebook `released`."""
    submitted = file.notebook
    followed, corrected = follow_release(submitted, released)
    rebuilt = rebuild(without_own_extras(followed), released)
    cells = ", ".join(corrected)
    moved = f"Your work has been moved into the corrected assignment; new there: {cells}."
    answers, stubs = _answers(rebuilt.notebook), _answers(released)
    return Work(
        keep_extras(rebuilt.notebook, followed, rebuilt.origins),
        [*([moved] if corrected else []), *file.repairs, *rebuilt.repairs],
        [*rebuilt.notes, *_written_elsewhere(rebuilt.answers)],
        list(map(_task, stubs)),
        [
            _task(name)
            for name, stub in stubs.items()
            if not rebuilt.answers.get(name, answers[name] not in (stub, ""))
        ],
    )


def _written_elsewhere(answers: dict[str, str]) -> list[str]:
    return [
        f"Your answer to {_task(name)} stands in a cell of your own {side} its cell; a person will "
        "read it there."
        for name, side in answers.items()
        if side not in ("", "here")
    ]


def _read(path: Path) -> NotebookFile:
    """Raises CannotHandIn, with where JupyterLab keeps an older state of the notebook."""
    try:
        return read_notebook(path)
    except NoNotebook as problem:
        raise CannotHandIn(f"{problem}.{_checkpoint(path)}") from None


def _answers(notebook: NotebookNode) -> dict[str, str]:
    """The source of each cell that a student fills in, by its grade_id."""
    return {
        grade_id(cell): cell.source.strip() for cell in notebook.cells if role(cell) == "answer"
    }


def _task(grade_id: str) -> str:
    """The name of the task that the cell answers."""
    return grade_id.removesuffix("-solution").removesuffix("-answer")


def _put_back(
    content: bytes, path: Path, home: Path, work: Work, released: NotebookNode
) -> list[str]:
    """Write the repaired notebook to where the student goes on with it; sentences that say so."""
    if path != home.resolve() and not work.is_blank and _holds_no_work(home, released):
        if home.is_file():
            _keep_copy(home)  # cells of one's own are no solutions, but work
        write_whole(home, content)
        return [f"The work of {path.name} is now in {home}; {path.name} is as it was."]
    if not work.findings:
        return []
    backup = _keep_copy(path)
    write_whole(path, content)
    return [
        f"Your notebook as it was is kept in {backup.name}; where {path.name} is open in "
        "JupyterLab, choose File > Reload Notebook from Disk."
    ]


def _holds_no_work(path: Path, released: NotebookNode) -> bool:
    try:
        return not path.is_file() or look_over(_read(path.resolve()), released).is_blank
    except CannotHandIn:
        return False


def _receipt(
    assignment: str, due: str, files: dict[str, bytes], findings: list[str], undone: list[str]
) -> str:
    now = datetime.now().astimezone()
    lines = [
        f"Assignment  {assignment}",
        f"Time        {now.isoformat(sep=' ', timespec='seconds')} ({now.tzname()})",
        *([f"Due         {due}, without extensions"] if due else []),
    ]
    for name, content in files.items():
        lines += [
            f"File        hand-in/{name}",
            f"Size        {len(content)} bytes",
            f"SHA-256     {hashlib.sha256(content).hexdigest()}",
        ]
    lines += ["", *findings]
    lines += [f"Not done yet: {name}." for name in undone]
    return "\n".join(lines) + "\n"


def _keep_copy(path: Path) -> Path:
    """A copy of `path` beside it, under a name that no file has."""
    number = 1
    while (copy := path.with_name(f"{path.stem}-before-repair-{number}.ipynb")).exists():
        number += 1
    write_whole(copy, path.read_bytes())
    return copy


def _checkpoint(path: Path) -> str:
    """Where JupyterLab keeps an older state of the notebook, if it does."""
    kept = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint.ipynb"
    return f" An older state of it is in {kept}." if kept.is_file() else ""
