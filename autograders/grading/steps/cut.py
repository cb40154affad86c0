"""What a rebuilt notebook holds of the student's, cut to the budget of a submission."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from nbformat import NotebookNode

from autograders.grading.sandboxed.budget import (
    FORMATTED,
    LARGEST_WEIGHTS,
    MOST_WEIGHTS,
    OWN_CELLS,
    PICTURES,
    SOURCE,
    Budget,
    words_of,
)
from autograders.notebook.slots import role

_OWN = re.compile(r"own-\d+")  # as `rebuild` numbers cells


def cut(notebook: NotebookNode, budget: Budget) -> list[str]:
    """Cuts the cells that the student wrote to `budget`, answers before own cells, and gives a
    sentence for each kind of thing that was cut. In the place of what is cut a line says so.

    Args:
        notebook: rebuilt, and changed in place.
    """
    own = [cell for cell in notebook.cells if _OWN.fullmatch(cell["id"])]
    sentences = []
    if more := own[OWN_CELLS:]:
        left_out = {cell["id"] for cell in more}
        notebook.cells = [cell for cell in notebook.cells if cell["id"] not in left_out]
        sentences.append(
            f"Of {len(own):,} own cells the last {len(more):,} were left out; a submission may "
            f"have {OWN_CELLS:,}."
        )
    answers = [cell for cell in notebook.cells if role(cell) in ("answer", "code")]
    answers = [cell for cell in answers if not _OWN.fullmatch(cell["id"])]
    lost: Counter[str] = Counter()
    for cell in [*answers, *own[:OWN_CELLS]]:
        _cut_pictures(cell, budget, lost)
        _cut_source(cell, budget, lost)
    if lost["source"]:
        sentences.append(
            f"Source was left out, with {lost['source']:,} characters; a submission may have "
            f"{SOURCE:,}, and {PICTURES // 1_000_000} MB of pictures."
        )
    if lost["pictures"]:
        sentences.append(
            f"Pictures in text were left out, with {lost['pictures'] / 1e6:.1f} MB; a submission "
            f"may have {PICTURES // 1_000_000} MB."
        )
    if lost["formatted"]:
        sentences.append(
            f"Text is shown as it was written, with {lost['formatted']:,} characters; of a "
            f"submission {FORMATTED:,} are formatted."
        )
    return sentences


def unread_files(weights: Iterable[Path]) -> list[str]:
    """A sentence for the files of trained weights that nobody reads, if there are any."""
    sizes = {path.name: path.stat().st_size for path in weights}
    small = [name for name, size in sizes.items() if size <= LARGEST_WEIGHTS]
    unread = [name for name in sizes if name not in small[:MOST_WEIGHTS]]
    if not unread:
        return []
    told = ", ".join(f"{_plain(name)} ({sizes[name] / 1e6:.1f} MB)" for name in unread[:3])
    more = f" and {len(unread) - 3} more" if len(unread) > 3 else ""
    return [
        f"Files of weights were not read: {told}{more}; {MOST_WEIGHTS} are read, each of at most "
        f"{LARGEST_WEIGHTS >> 20} MiB."
    ]


def _cut_pictures(cell: NotebookNode, budget: Budget, lost: Counter[str]) -> None:
    for name, bundle in list(cell.get("attachments", {}).items()):
        size = sum(map(len, bundle.values()))
        if not budget.attach("".join(bundle.values())):
            del cell.attachments[name]
            lost["pictures"] += size * 3 // 4


def _cut_source(cell: NotebookNode, budget: Budget, lost: Counter[str]) -> None:
    size = len(cell.source)
    if not budget.write(cell.source):
        lost["source"] += size
        words = f"{size:,} characters were left out here: more than a submission may have."
        cell.source = f"# {words}" if cell.cell_type == "code" else f"*{words}*"
    elif cell.cell_type == "markdown" and not budget.format(cell.source):
        lost["formatted"] += len(words_of(cell.source))
        longest = max((len(run) for run in re.findall("`+", cell.source)), default=0)
        fence = "`" * max(3, longest + 1)
        words = "*Shown as it was written: more text than is formatted of a submission.*"
        cell.source = f"{words}\n\n{fence}\n{cell.source}\n{fence}"


def _plain(name: str) -> str:
    """A file's name in a sentence that is shown as Markdown too."""
    return re.sub(r"[^\w .,()-]", "?", name[:60])
