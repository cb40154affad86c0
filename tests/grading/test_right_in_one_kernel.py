"""What is right in one kernel, run from top to bottom, is right when graded, by every road.

Each notebook is right, and uses what the notebook itself has imported and defined.
"""

import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from helpers import questions, solution_cell, sources
from nbclient import NotebookClient
from nbformat import NotebookNode
from samples.graded import Grades, automatic_grades, points, released_course, run
from samples.trained import lenet5_weights

SOLUTION_MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")


@dataclass(frozen=True)
class Answers:
    """Answers in place of the source notebook's, by the name that is asked for; own cells, each by
    the id of the cell that it follows; and what is printed by them when they are graded."""

    answers: Mapping[str, str]
    own: Mapping[str, str]
    printed: tuple[str, ...] = ()


RIGHT = {
    "01-discrete-convolution": Answers(
        {
            "conv2d_backward": """\
def conv2d_backward(dy, x, w):
    kh, kw = w.shape[2:]
    windows = x.unfold(2, kh, 1).unfold(3, kw, 1)
    dw = torch.einsum("nohw,nchwij->ocij", dy, windows)
    wide = F.pad(dy, (kw - 1, kw - 1, kh - 1, kh - 1)).unfold(2, kh, 1).unfold(3, kw, 1)
    return torch.einsum("nohwij,ocij->nchw", wide, w.flip(2, 3)), dw, dy.sum((0, 2, 3))
""",
            "dot_length": "dot_length = photograph[:, :side, :side].size",
        },
        {
            "predict-self-flip": "side = len(slide_k) + 3\nSlidingKernel(slide_x, slide_k)",
            "demo-grid": "print('the cat', tuple(image.shape), 'in maps', tuple(y[0].shape))",
        },
        ("the cat (3, 32, 32) in maps",),
    ),
    "02-padding-and-stride": Answers(
        {
            "pad2d": """\
def pad2d(x, padding, mode="zeros"):
    rows, columns = (padding, padding) if isinstance(padding, int) else padding
    return F.pad(x, (columns, columns, rows, rows), mode="constant" if mode == "zeros" else mode)
""",
            "output_size": """\
def output_size(size, kernel, stride=1, padding=0, dilation=1):
    around = framed(torch.zeros(1, 1, 1, size), padding).shape[3]
    return (around - dilation * (kernel - 1) - 1) // stride + 1
""",
            "layers_needed": "layers_needed = (camera.shape[2] + 96) // 2",
            "conv1x1": """\
def conv1x1(x, w, b):
    return at_each_pixel_mine(x, w) + b.reshape(-1, 1, 1)
""",
        },
        {
            "pad2d": "def framed(x, frame):\n    return F.pad(x, (frame, frame))",
            "conv_cost": """\
def at_each_pixel_mine(x, w):
    return torch.einsum("nchw,oc->nohw", x, w[:, :, 0, 0])


print("pixels that", moved_by(two_layers, (7, 7), (3, 3)).sum().item())
""",
            "demo-timed": "print(len(modes), by_matrix(volume, filters, biases).shape)",
        },
        ("pixels that 25", "4 torch.Size([1, 10, 32, 32])"),
    ),
    "04-lenet5": Answers(
        {
            "train_epoch": """\
def train_epoch(model, loader, optimizer, device=device):
    model.train()
    losses = [one_step(model, optimizer, *(t.to(device) for t in pair)) for pair in loader]
    return sum(loss * n for loss, n in losses) / sum(n for _, n in losses)
""",
            "work": "work = math.prod([14, 14, 50, 20, 5, 5])",
        },
        {
            "predict-work": """\
def one_step(model, optimizer, x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item(), len(y)
""",
            "demo-activations": """\
torch.manual_seed(1)
mine = LeNet5().to(device)
few_digits = tuple(part[:512] for part in digits)
many = train(mine, few_digits, 1, 32, 1e-3)
print("trained on the", device, len(many), "losses")
print("right:", 0 <= accuracy(mine, in_batches(*few_digits, 500), device) <= 1)
""",
        },
        ("trained on the cpu 2 losses", "right: True"),
    ),
    "05-normalization": Answers(
        {
            "batchnorm_backward": """\
def batchnorm_backward(dy, x, gamma, eps=1e-5):
    root = (x.var(dim=0, correction=0) + eps).sqrt()
    x_hat = (x - x.mean(dim=0)) / root
    g = dy * gamma
    dx = (g - g.mean(dim=0) - x_hat * (g * x_hat).mean(dim=0)) / root
    return dx, (dy * x_hat).sum(dim=0), dy.sum(dim=0)
""",
            "instancenorm_forward": """\
def instancenorm_forward(x, gamma, beta, eps=1e-5):
    var = x.var(dim=(2, 3), correction=0, keepdim=True)
    y = Centred()(x) / (var + eps).sqrt() * gamma.reshape(-1, 1, 1)
    return copy(y) + beta.reshape(-1, 1, 1)
""",
        },
        {
            "layernorm_forward": """\
from copy import copy  # in place of the module


class Centred(nn.Module):
    def forward(self, x):
        return x - x.mean(dim=(2, 3), keepdim=True)
""",
            "demo-modes": """\
def experiment(norm):
    model = network(2, norm)
    losses, _ = train(model, sgd(model, 0.1), steps=20)
    return len(losses), accuracy(model, test_x[:100], test_y[:100])


for norm in (None, nn.LayerNorm):
    steps, share = experiment(norm)
    print(steps, "steps", share <= 1)
print("batches of", batch.shape)
""",
        },
        ("20 steps True", "batches of (4, 2)"),
    ),
}


TRAINS = "04-lenet5"  # for minutes: by two of the roads only


@dataclass(frozen=True)
class Roads:
    """One notebook's points by each road, and what its cells put out when it was graded."""

    points: Grades
    by_course: Grades
    by_nbgrader: Grades | None
    in_one_kernel: Grades
    printed: str


def graded(assignment: str, folders: pytest.TempPathFactory) -> Roads:
    """The right notebook of `assignment`, by three roads."""
    folder = folders.mktemp("roads")
    course = released_course(folder / "course", assignment)
    released = course / "release" / assignment / f"{assignment}.ipynb"
    notebook = right_notebook(assignment, nbformat.read(released, as_version=4))
    hand_in(course, "course", assignment, notebook)
    done = run(course, "course", "grade", assignment[:2], "--jobs", "1")
    assert done.returncode == 0, done.stdout
    if assignment != TRAINS:
        hand_in(course, "nbgrader", assignment, notebook)
        done = run(course, "nbgrader", "autograde", assignment, "--student", "nbgrader")
        assert done.returncode == 0, done.stdout
    grades = automatic_grades(course, assignment)
    with zipfile.ZipFile(course / "release" / f"{assignment}.zip") as package:
        package.extractall(folder)
    return Roads(
        points(course, assignment),
        grades["course"],
        grades.get("nbgrader"),
        one_kernel(folder / "cnn-course", assignment, notebook),
        (course / "autograded" / "course" / assignment / released.name).read_text(),
    )


def right_notebook(assignment: str, released: NotebookNode) -> NotebookNode:
    """The released notebook with the source's answers or those of RIGHT, and the own cells."""
    given, right = sources(assignment), RIGHT[assignment]
    for cell in released.cells:
        settings = cell.metadata.get("nbgrader", {})
        if settings.get("solution") and cell.cell_type == "code":
            lines = given[cell.id].splitlines()
            cell.source = "\n".join(line for line in lines if line.strip() not in SOLUTION_MARKS)
    for grade_id, name in questions(released.cells).items():
        if name in right.answers:
            solution_cell(released.cells, grade_id, name).source = right.answers[name]
    for after, source in right.own.items():
        at = [cell.id for cell in released.cells].index(after)
        released.cells.insert(at + 1, nbformat.v4.new_code_cell(source))
    return released


def hand_in(course: Path, student: str, assignment: str, notebook: NotebookNode) -> None:
    folder = course / "submitted" / student / assignment
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{assignment}.ipynb")
    if assignment == "04-lenet5":
        (folder / "lenet5.safetensors").write_bytes(lenet5_weights())


def one_kernel(folder: Path, assignment: str, notebook: NotebookNode) -> Grades:
    """The points that the checks show where the notebook runs from its first cell to its last with
    the student edition in `folder`."""
    if assignment == "04-lenet5":
        (folder / assignment / "lenet5.safetensors").write_bytes(lenet5_weights())
    quick = {"COURSE_QUICK": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(folder)}
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", allow_errors=True)
    client.execute(cwd=str(folder / assignment), env={**os.environ, **quick})
    return {
        cell.metadata.nbgrader.grade_id: float(cell.outputs[-1].data["text/plain"])
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    }


@pytest.fixture(scope="module", params=RIGHT)
def roads(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Roads:
    return graded(request.param, tmp_path_factory)


def test_every_point_is_given_by_every_road(roads: Roads) -> None:
    assert roads.in_one_kernel == roads.points
    assert roads.by_course == roads.in_one_kernel
    assert roads.by_nbgrader in (roads.in_one_kernel, None)


def test_the_person_who_grades_sees_what_own_cells_put_out(
    roads: Roads, request: pytest.FixtureRequest
) -> None:
    [right] = [right for name, right in RIGHT.items() if name in request.node.name]
    assert all(words in roads.printed for words in right.printed), roads.printed
