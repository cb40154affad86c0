"""Pictures for the notebooks: each function returns a figure and a sentence that says what it is.

Colours are viridis, cividis or grey, which colour-blind readers can tell apart, and every number
that matters is also written as text. A picture that needs a student's function which is not
written yet has no figure, and its sentence says what to write first.
"""

from __future__ import annotations

import base64
import html
import io
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML, display
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

Picture = tuple[Figure | None, str]
Window = tuple[int, int, int, int]

_CELL = 0.55  # inches for one number of a grid
_IMAGE = 2.3  # inches for one image


def show(picture: Picture) -> None:
    """Display a picture in the notebook, with its sentence below it and as its alt text."""
    figure, sentence = picture
    if figure is not None:
        display(image_of(figure, sentence))
    print(textwrap.fill(sentence, 96))


def image_of(figure: Figure, sentence: str, dpi: int = 110) -> HTML:
    """The figure as an image whose alt text is the sentence; the figure is closed.

    It is HTML because JupyterLab, and the pages made from notebooks, show an output of type
    image/png without its alt text.
    """
    png = io.BytesIO()
    try:
        figure.savefig(png, format="png", dpi=dpi, bbox_inches="tight")
    finally:
        plt.close(figure)
    source = f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"
    return HTML(f'<img alt="{html.escape(sentence)}" src="{source}">')


def grids(matrices: Mapping[str, ArrayLike | None], windows: Mapping[str, Window] = {}) -> Picture:
    """Small matrices side by side, every number written in its cell.

    Args:
        matrices: title -> 2-d array; None where a function that would make it is not written yet.
        windows: title -> (top row, left column, rows, columns) of a frame drawn on that matrix.

    Returns:
        The figure and a sentence with each matrix row by row.
    """
    arrays = {t: np.atleast_2d(_array(m)) for t, m in matrices.items() if m is not None}
    missing = [title for title in matrices if title not in arrays]
    if missing:
        return None, f"Nothing to show yet: the function that makes {missing[0]!r} returns None."
    columns = [array.shape[1] for array in arrays.values()]
    height = max(array.shape[0] for array in arrays.values()) * _CELL + 0.5
    size = ((sum(columns) + len(columns)) * _CELL, height)
    widths = {"width_ratios": columns}
    with _subplots(len(arrays), figsize=size, gridspec_kw=widths) as (figure, axes):
        for axis, (title, array) in zip(axes, arrays.items(), strict=True):
            _number_cells(axis, array)
            axis.set_title(title, fontsize=11)
            if title in windows:
                _frame(axis, windows[title])
    return figure, ". ".join(f"{title}: {_rows(array)}" for title, array in arrays.items()) + "."


def images(pictures: Mapping[str, ArrayLike], sentence: str) -> Picture:
    """Images side by side, grey (H, W) or colour (3, H, W).

    All are drawn to one scale with their centres at one height. A grey image is stretched so that
    its least value is black and its largest white.

    Args:
        pictures: title -> image.
        sentence: what there is to see; the titles and sizes are put before it.

    Returns:
        The figure and its sentence.
    """
    arrays = {title: _array(image) for title, image in pictures.items()}
    arrays = {t: a.transpose(1, 2, 0) if a.ndim == 3 else a for t, a in arrays.items()}
    most_rows, most_columns = (max(a.shape[d] for a in arrays.values()) for d in (0, 1))
    size = (_IMAGE * len(arrays), _IMAGE + 0.3)
    with _subplots(len(arrays), figsize=size) as (figure, axes):
        for axis, (title, array) in zip(axes, arrays.items(), strict=True):
            axis.imshow(array, cmap="gray", interpolation="nearest")
            height, width = array.shape[:2]
            axis.set_xlim((width - most_columns) / 2 - 0.5, (width + most_columns) / 2 - 0.5)
            axis.set_ylim((height + most_rows) / 2 - 0.5, (height - most_rows) / 2 - 0.5)
            axis.set_title(title, fontsize=11)
            axis.axis("off")
    sizes = {title: f"{a.shape[0]} × {a.shape[1]}" for title, a in arrays.items()}
    if len(set(sizes.values())) == 1:
        return (
            figure,
            f"{len(arrays)} images of {most_rows} × {most_columns}: {', '.join(sizes)}. {sentence}",
        )
    each = ", ".join(f"{title} ({size})" for title, size in sizes.items())
    return figure, f"{len(arrays)} images: {each}. {sentence}"


def filtered(
    photograph: NDArray[np.float32],
    kernels: Mapping[str, ArrayLike],
    function: Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32] | None],
    sentence: str,
) -> Picture:
    """A photograph and what a two-dimensional filter function makes of it with each kernel.

    Args:
        photograph: float32 (H, W).
        kernels: name -> 2-d array.
        function: takes the photograph and a kernel, returns the filtered image; where it returns
            None, the picture says that it is to be written first.
        sentence: what there is to see.

    Returns:
        The figure and its sentence.
    """
    results: dict[str, ArrayLike] = {"photograph": photograph}
    for name, kernel in kernels.items():
        result = function(photograph, np.asarray(kernel, dtype=photograph.dtype))
        if result is None:
            return None, f"Write {function.__name__} first: it still returns None."
        results[name] = result
    return images(results, sentence)


def sparse_matrix(matrix: ArrayLike, title: str) -> Picture:
    """A matrix whose zeros are left blank and whose other values have one colour each.

    Args:
        matrix: 2-d array.
        title: what the matrix is.

    Returns:
        The figure and a sentence that counts the zeros and the different values.

    Raises:
        ValueError: if matrix has not two axes, or nothing in it.
    """
    array = _array(matrix)
    if array.ndim != 2 or not array.size:
        raise ValueError(f"matrix has shape {array.shape}; it must be (rows, columns), not empty")
    values = np.unique(array[array != 0])
    rows, columns = array.shape
    codes = np.ma.masked_where(array == 0, np.searchsorted(values, array))
    norm = BoundaryNorm(np.arange(max(len(values), 1) + 1) - 0.5, 256)  # a colour at least
    with _subplots(1, figsize=(columns * 0.42 + 1, rows * 0.42 + 0.8)) as (figure, [axis]):
        image = axis.imshow(codes, cmap="viridis", norm=norm)
        _write_numbers(image, codes, array)
        _cell_lines(axis, rows, columns)
        axis.set_title(title, fontsize=11)
    counted = f"{title}: {rows} × {columns} = {array.size} entries"
    if not len(values):
        return figure, f"{counted}, all of them zero (left blank)."
    zeros = int((array == 0).sum())
    return figure, (
        f"{counted}, {zeros} of them zero (left blank); "
        f"the other {array.size - zeros} hold only {len(values)} different numbers."
    )


def curves(
    series: Mapping[str, Sequence[float]], x_label: str, y_label: str, log: bool = False
) -> Picture:
    """One line a series against its index from 0, told apart by dashes as well as by colour.

    Args:
        series: name -> values, at least one of both.
        x_label, y_label: what the axes show.
        log: whether the vertical axis is logarithmic.

    Returns:
        The figure and a sentence with the first and the last value of each series, and with its
        highest and lowest where those lie far from both.

    Raises:
        ValueError: if there is no series, or one without values.
    """
    _refuse_empty(series)
    styles = ["-", "--", "-.", ":"]
    colours = plt.get_cmap("cividis")(np.linspace(0, 0.6, len(series)))
    with _subplots(1, figsize=(5.5, 3)) as (figure, [axis]):
        for index, (name, values) in enumerate(series.items()):
            axis.plot(values, styles[index % 4], color=colours[index], label=name, lw=2)
        axis.set(xlabel=x_label, ylabel=y_label, yscale="log" if log else "linear")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure, f"{y_label} against {x_label}: {_courses(series)}."


def panels(series: Mapping[str, Sequence[float]], x_label: str, y_label: str) -> Picture:
    """The same side by side, each line in a panel of its own with numbers of its own.

    Args:
        series: name -> values, at least one of both.
        x_label, y_label: what the axes show.

    Returns:
        The figure and its sentence, as `curves` gives it.

    Raises:
        ValueError: if there is no series, or one without values.
    """
    _refuse_empty(series)
    with _subplots(len(series), figsize=(3 * len(series), 2.3)) as (figure, axes):
        for axis, (name, values) in zip(axes, series.items(), strict=True):
            axis.plot(values, color="black", lw=2)
            axis.set_title(name, fontsize=11)
            axis.set_xlabel(x_label)
            axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes[0].set_ylabel(y_label)
        figure.tight_layout()
    return figure, f"{y_label} against {x_label}: {_courses(series)}."


def _refuse_empty(series: Mapping[str, Sequence[float]]) -> None:
    empty = [name for name, values in series.items() if not len(values)]
    if empty or not series:
        where = f"series[{empty[0]!r}]" if empty else "series"
        raise ValueError(
            f"{where} is empty; it must hold at least one {'value' if empty else 'line'}"
        )


def _courses(series: Mapping[str, Sequence[float]]) -> str:
    """Where each line begins and ends, and how far it goes between."""
    told = []
    for name, values in series.items():
        first, last, least, most = values[0], values[-1], min(values), max(values)
        words = f"{name} goes from {first:.3g} to {last:.3g}"
        if most - max(first, last) > (most - least) / 4:
            words += f", up to {most:.3g} between"
        if min(first, last) - least > (most - least) / 4:
            words += f", down to {least:.3g} between"
        told.append(words)
    return "; ".join(told)


@contextmanager
def _subplots(columns: int, **settings: Any) -> Iterator[tuple[Figure, list[Axes]]]:
    """A figure and its axes, side by side; closed again if drawing on it raises."""
    figure, axes = plt.subplots(1, columns, squeeze=False, **settings)
    try:
        yield figure, list(axes[0])
    except BaseException:
        plt.close(figure)
        raise


def _array(values: ArrayLike) -> NDArray[np.generic]:
    """A numpy array of what may be a torch tensor."""
    detach = getattr(values, "detach", None)
    return np.asarray(detach().cpu() if detach else values)


def _rows(array: NDArray[np.generic]) -> str:
    return " | ".join(" ".join(f"{value:g}" for value in row) for row in array)


def _number_cells(axis: Axes, array: NDArray[np.generic]) -> None:
    rows, columns = array.shape
    values = array.astype(float)
    low, high = values.min(), values.max()
    if low == high:  # all the same: bright above zero, dark at zero and below
        low, high = min(low, 0), max(high, 1e-9)
    image = axis.imshow(values, cmap="cividis", vmin=low - 0.4 * (high - low), vmax=high)
    _write_numbers(image, values, values)
    _cell_lines(axis, rows, columns)


def _frame(axis: Axes, window: Window) -> None:
    row, column, rows, wide = window
    frame = Rectangle((column - 0.5, row - 0.5), wide, rows, fill=False, lw=3, ec="#d55e00")
    frame.set_clip_on(False)
    axis.add_patch(frame)


def _write_numbers(
    image: AxesImage, drawn: NDArray[np.generic], values: NDArray[np.generic]
) -> None:
    """Write each value in its cell unless it is masked in `drawn`, so that it can be read."""
    shades = image.to_rgba(drawn)
    for row, column in np.argwhere(~np.ma.getmaskarray(drawn)):
        ink = "black" if _luminance(shades[row, column]) > 0.18 else "white"
        text = f"{values[row, column]:g}"
        image.axes.text(column, row, text, ha="center", va="center", color=ink)


def _luminance(colour: NDArray[np.float64]) -> float:
    """How bright a colour (red, green, blue, ...) looks, 0 to 1, as WCAG 2 defines it."""
    part = np.asarray(colour[:3])
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def _cell_lines(axis: Axes, rows: int, columns: int) -> None:
    axis.set_xticks(np.arange(columns + 1) - 0.5)
    axis.set_yticks(np.arange(rows + 1) - 0.5)
    axis.grid(color="#999999", lw=0.6)
    axis.tick_params(length=0, labelbottom=False, labelleft=False)
