"""The table of a network: a row a layer, and below it the sum for each of its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from course_lib.shapes.layers import Layer, Shape, Step, by, positive_shape
from course_lib.shapes.windows import Field, per_axis

if TYPE_CHECKING:
    from torch import nn

_HEADINGS = ("layer", "output shape", "parameters", "multiply-adds", "field", "jump", "start")
_LEGEND = """\
field: how many input pixels a side one output sees; jump: how far apart the fields of neighbours
lie; start: the first pixel that the first output sees (below 0 in the padding). Multiply-adds are
those of convolutions and fully connected layers, biases aside."""


@dataclass(frozen=True)
class Node:
    """A layer of a network, and the numbers of the rows whose outputs it takes; row 0 is the input.
    `path` is where a torch module keeps it."""

    layer: Layer
    inputs: tuple[int, ...]
    path: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a table.

    Attributes:
        step: what the layer does to its shape: name, shape, reasons, weight_shape, biases,
            parameters, multiply_adds.
        fields: what one output sees of the network's input along each spatial axis; None where it
            sees all of it, empty where the input has no such axes.
        path: where a torch module keeps the layer, empty for a list of layers.
    """

    step: Step
    fields: tuple[Field, ...] | None
    path: str = ""


@dataclass(frozen=True, repr=False)
class Table:
    """Rows from the input to the last layer; printing it gives the table with all reasons."""

    rows: tuple[Row, ...]

    @property
    def weights(self) -> int:
        return sum(row.step.weights for row in self.rows)

    @property
    def biases(self) -> int:
        return sum(row.step.biases for row in self.rows)

    @property
    def parameters(self) -> int:
        return self.weights + self.biases

    @property
    def multiply_adds(self) -> int:
        return sum(row.step.multiply_adds for row in self.rows)

    def __repr__(self) -> str:
        cells = [_HEADINGS, *map(_cells, self.rows)]
        widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADINGS))]
        lines = [_aligned(_HEADINGS, widths)]
        for row, texts in zip(self.rows, cells[1:], strict=True):
            lines.append(_aligned(texts, widths))
            lines.extend(f"    {reason}" for reason in row.step.reasons)
        total = (
            f"Total: {self.parameters:,} parameters ({self.weights:,} weights, "
            f"{self.biases:,} biases), {self.multiply_adds:,} multiply-adds for one image"
        )
        return "\n".join([*lines, total, _LEGEND])


def table(network: Sequence[Layer] | nn.Module, in_shape: Sequence[int]) -> Table:
    """Shape, parameters, multiply-adds and receptive field of each layer of a network.

    Args:
        network: layers of this package, first layer first, each on the output of the one before;
            or a torch module that takes one image batch. The module is read by running a copy
            without numbers once, in evaluation mode; it may branch and add, as residual nets do.
        in_shape: of one image, (C, *space), or (D,).

    Returns:
        The table, with a row for the input and one for each layer.

    Raises:
        TypeError, ValueError: naming the layer and what it cannot take, or what a module does that
            these layers do not describe.

    >>> from course_lib.shapes import Conv, Linear, Flatten
    >>> lines = table([Conv(2, 3, stride=2, padding=1), Flatten(), Linear(10)], (1, 8, 8))
    >>> [row.step.shape for row in lines.rows], lines.parameters, lines.multiply_adds
    ([(1, 8, 8), (2, 4, 4), (32,), (10,)], 350, 608)
    """
    shape = positive_shape("in_shape", in_shape)
    if not isinstance(network, Sequence):
        from course_lib.shapes.module import read_module

        return Table(_rows(read_module(network, shape), shape))
    for position, layer in enumerate(network):
        if isinstance(layer, type) or not hasattr(layer, "step"):
            raise TypeError(
                f"network[{position}] is {layer!r}; expected a layer such as Conv(20, 5)"
            )
    nodes = [Node(layer, (position,)) for position, layer in enumerate(network)]
    return Table(_rows(nodes, shape))


def _rows(nodes: Sequence[Node], in_shape: Shape) -> tuple[Row, ...]:
    rows = [Row(Step("Input", in_shape), (Field(),) * (len(in_shape) - 1))]
    for node in nodes:
        first, *others = (rows[number] for number in node.inputs)
        where = f"layer {len(rows)} ({node.path or type(node.layer).__name__})"
        try:
            rows.append(_row(node, first, others))
        except (TypeError, ValueError) as fault:
            raise type(fault)(f"{where}: {fault}") from None
    return tuple(rows)


def _row(node: Node, first: Row, others: Sequence[Row]) -> Row:
    step, fields = node.layer.step(first.step.shape), first.fields
    reasons: tuple[str, ...] = ()
    if step.windows is None:
        fields, reasons = None, ("field: each output sees the whole input",)
    elif step.windows and fields is not None:
        pairs = list(zip(fields, step.windows, strict=True))
        fields = tuple(field.behind(window) for field, window in pairs)
        reasons = per_axis([f.why_behind(window) for f, window in pairs], "field of ")
    for other in others:
        fields = _joined(first, other)
        reasons = per_axis([f"both ways together {f.size}" for f in fields or ()], "field of ")
    return Row(replace(step, reasons=(*step.reasons, *reasons)), fields, node.path)


def _joined(one: Row, other: Row) -> tuple[Field, ...] | None:
    if one.step.shape != other.step.shape:
        shapes = f"{by(one.step.shape)} and {by(other.step.shape)}"
        raise ValueError(f"it adds {shapes}; expected equal shapes")
    if one.fields is None or other.fields is None:
        return None
    return tuple(a.joined(b) for a, b in zip(one.fields, other.fields, strict=True))


def _cells(row: Row) -> tuple[str, ...]:
    """A row's texts, column by column; a number that is nothing to speak of is left blank."""
    step, fields = row.step, row.fields
    name = f"{row.path}: {step.name}" if row.path else step.name
    counts = (f"{count:,}" if count else "" for count in (step.parameters, step.multiply_adds))
    if fields is None:
        return (name, by(step.shape), *counts, "all", "", "")
    sizes, jumps, starts = ([getattr(f, of) for f in fields] for of in ("size", "jump", "start"))
    texts = (_once(sizes, " x "), _once(jumps, ", "), _once(starts, ", "))
    return (name, by(step.shape), *counts, *texts)


def _once(numbers: Sequence[int], between: str) -> str:
    return between.join(map(str, numbers[:1] if len(set(numbers)) == 1 else numbers))


def _aligned(texts: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = (
        text.rjust(width) if column else text.ljust(width)
        for column, (text, width) in enumerate(zip(texts, widths, strict=True))
    )
    return "  ".join([name, *numbers]).rstrip()
