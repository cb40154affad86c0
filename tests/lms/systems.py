"""Archives as Canvas, Moodle and Gradescope make them, of files in memory."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from grading.small_course import NAME, released_notebook, solved_notebook, write_course
from nbformat.v4 import new_markdown_cell, new_notebook

OTHER = "02-other"
NOTEBOOK = f"{NAME}.ipynb"
SOLVED = json.dumps(solved_notebook()).encode()
BLANK = json.dumps(released_notebook()).encode()
OTHER_CELL = new_markdown_cell("Other", metadata={"nbgrader": {"grade_id": "other"}}, id="other")
WRONG = json.dumps(new_notebook(cells=[OTHER_CELL])).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A plain zip of `files` by name; Canvas's, where these are as Canvas names them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def moodle(files: Mapping[tuple[str, int, str], bytes], between: str = "_/") -> bytes:
    """Files by (full name, participant, file name); `between` is what stands before the last."""
    return zipped(
        {
            f"{who}_{number}_assignsubmission_file{between}{name}": content
            for (who, number, name), content in files.items()
        }
    )


def gradescope(handed_in: Mapping[int, Mapping[str, bytes]], metadata: str) -> bytes:
    """Files by the number of the submission and their name, with the list of submissions."""
    top = "assignment_77_export"
    files = {
        f"{top}/submission_{number}/{name}": content
        for number, files in handed_in.items()
        for name, content in files.items()
    }
    return zipped({f"{top}/submission_metadata.yml": metadata.encode(), **files})


def about(number: int, time: str, *submitters: Mapping[str, str]) -> str:
    """Gradescope's lines on a submission, whose keys are Ruby's symbols."""
    lines = [f"submission_{number}:", "  :submitters:"]
    for submitter in submitters:
        keys = [f":{key}: {json.dumps(value)}" for key, value in submitter.items()]
        lines += [f"  {'-' if k == 0 else ' '} {line}" for k, line in enumerate(keys)]
    results = ["  :results:", "    output: |-", "      ===== Score: 2.0"]
    return "\n".join([*lines, f"  :created_at: {time}", "  :score: 2.0", *results, ""])


def two_assignments(folder: Path) -> Path:
    """A course with the small assignment and another one."""
    course = write_course(folder)
    path = course / "notebooks" / OTHER / f"{OTHER}.ipynb"
    path.parent.mkdir()
    path.write_bytes(WRONG)
    return course
