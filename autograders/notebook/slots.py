"""The cells of a released notebook as places that a submitted notebook fills."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbformat import NotebookNode

from autograders.notebook.cells import SubmittedCell


@dataclass(frozen=True)
class CellSlot:
    """One released cell and the submitted cells that belong there, in the submission's order."""

    cell: NotebookNode
    copies: tuple[SubmittedCell, ...] = ()
    chosen: int | None = None  # the index in copies of the one that counts; None if there is none
    adopted: bool = False  # found by what it defines, not by an id
    why: str = ""  # of several copies this one, in words
    anchor: int = -1  # of an adopted one: where its untouched cell is, -1 if there is none
    defined_elsewhere: bool = False  # none is here, but another place defines the function
    moved: bool = False

    @property
    def found(self) -> SubmittedCell | None:
        """The submitted cell that counts."""
        return None if self.chosen is None else self.copies[self.chosen]

    @property
    def position(self) -> int:
        """Where the submission has this cell, -1 if not by its id or text: own cells follow it."""
        if self.found is None or self.adopted:
            return self.anchor
        return self.found.position

    @property
    def leftover(self) -> list[SubmittedCell]:
        """The other copies that hold work: none of a locked cell, none that is as released."""
        if role(self.cell) == "locked":
            return []
        others = [copy for copy in self.copies if copy is not self.found]
        return [copy for copy in others if is_worked_on(copy.source, self.cell)]


def is_worked_on(source: str, released: NotebookNode) -> bool:
    """Whether there is a text, and another one than the released."""
    return bool(source.strip()) and not same_text(source, released.source)


def is_by_hand(cell: NotebookNode) -> bool:
    """Whether a released cell is an answer to which a person gives the points."""
    return role(cell) == "answer" and bool(cell.metadata["nbgrader"].get("grade"))


def is_check(cell: NotebookNode) -> bool:
    """Whether a released cell gives points for an answer in another cell."""
    return role(cell) == "locked" and bool(cell.metadata["nbgrader"].get("grade"))


def role(cell: NotebookNode) -> str:
    """What a released cell is: "answer", "locked", "code" (free to edit) or "text"."""
    settings = cell.metadata.get("nbgrader", {})
    if settings.get("solution"):
        return "answer"
    if settings.get("grade") or settings.get("locked") or settings.get("task"):
        return "locked"
    return "code" if cell.cell_type == "code" else "text"


def asked_name(cell: NotebookNode) -> str:
    """What a released answer cell asks for: the first function, class or value of its stub."""
    for begins in (r"(?:async\s+)?(?:def|class)\s+(\w+)", r"(\w+)\s*=(?!=)"):
        if stub := re.search(f"^{begins}", cell.source, re.MULTILINE):
            return stub[1]
    return grade_id(cell).removesuffix("-solution")


def defines(source: str, name: str) -> bool:
    """Whether a line of `source` begins the function or class `name` or assigns to it."""
    assigns = rf"^{re.escape(name)}\s*(?::[^=\n]+)?=(?!=)"
    return writes(source, name) or re.search(assigns, source, re.MULTILINE) is not None


def writes(source: str, name: str) -> bool:
    """Whether a line of `source` begins the function or class `name`."""
    begins = rf"^(?:async\s+)?(?:def|class)\s+{re.escape(name)}\b"
    return re.search(begins, source, re.MULTILINE) is not None


def grade_id(cell: NotebookNode) -> str:
    """nbgrader's id of a released cell, "" if it has none."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def same_text(one: str, other: str) -> bool:
    """Whether two sources differ in line ends and outer blanks at most."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
