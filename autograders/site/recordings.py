"""What the demo cells of a lesson showed in a run with every function written.

Running all notebooks takes a quarter of an hour, so that recordings are kept, in docs/recordings.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from PIL import Image

from autograders.system.whole_files import write_whole

Outputs = list[NotebookNode]
# Cells whose output answers a question that the notebook asks.
ANSWERING = ("demo-reveal-", "demo-debug-")


def is_recorded(cell: NotebookNode) -> bool:
    """Whether a cell's output is shown to readers of the website."""
    is_demo = "demo" in cell.metadata.get("tags", [])
    return is_demo and not cell.metadata.nbgrader.grade_id.startswith(ANSWERING)


def record(source: Path, kept: Path) -> None:
    """Run the notebook `source` with its answers, and keep what its demo cells show in `kept`.

    It runs in a folder of its own, in full size, as it does for a student who has finished it.
    What a cell writes to stderr is no part of the lesson.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    notebook = nbformat.read(source, as_version=4)
    client = NotebookClient(notebook, timeout=None, kernel_name="python3")
    with TemporaryDirectory(prefix="recording-") as folder:
        client.execute(cwd=folder, stdout=DEVNULL, stderr=DEVNULL)
    found = {
        cell.id: {"of": _digest(cell.source), "outputs": list(_shown(cell.outputs))}
        for cell in notebook.cells
        if is_recorded(cell)
    }
    text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False)
    write_whole(kept, f"{text}\n".encode())


def recorded(notebook: NotebookNode, kept: Path) -> dict[str, Outputs]:
    """The recordings in `kept`, by the cell's id, of those cells that are still as they were."""
    found = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    return {
        cell.id: [nbformat.from_dict(output) for output in found[cell.id]["outputs"]]
        for cell in notebook.cells
        if cell.id in found and found[cell.id]["of"] == _digest(cell.source)
    }


def _shown(outputs: Outputs) -> Iterator[NotebookNode]:
    """Text as it is, pictures as HTML, nothing of a demo, which is live on the page."""
    for output in outputs:
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {}):
            continue
        if output.output_type == "stream" and output.name == "stdout":
            yield output
        elif output.output_type in ("display_data", "execute_result"):
            yield nbformat.v4.new_output("display_data", _as_html(output))


def _as_html(output: NotebookNode) -> dict[str, str]:
    data = output.data
    if "image/png" in data:
        alt = html.escape(output.metadata.get("image/png", {}).get("alt", ""))
        data = {"text/html": f'<img alt="{alt}" src="data:image/png;base64,{data["image/png"]}">'}
    if "text/html" not in data:
        return {"text/plain": data["text/plain"]}
    png = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")
    return {"text/html": png.sub(lambda found: _smaller(found[1]), data["text/html"])}


def _smaller(png: str) -> str:
    """The same picture, to the pixel, as WebP, in less than half of the bytes."""
    stream = io.BytesIO()
    Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB").save(stream, "webp", lossless=True)
    return f"data:image/webp;base64,{base64.b64encode(stream.getvalue()).decode()}"


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:16]
