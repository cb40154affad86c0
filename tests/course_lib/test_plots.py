"""Every picture comes with a true sentence, and none comes where a function is not written yet."""

import base64
import io
import subprocess
import sys
from html.parser import HTMLParser

import matplotlib
import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt
from matplotlib.image import imread

from course_lib import plots

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def texts(figure) -> list[str]:
    return [text.get_text() for axis in figure.axes for text in axis.texts]


def test_grids_write_every_number_and_say_it():
    figure, sentence = plots.grids({"x": [[1, 2.5], [-3, 0]], "k": torch.tensor([[7.0]])})
    assert texts(figure) == ["1", "2.5", "-3", "0", "7"]
    assert [axis.get_title() for axis in figure.axes] == ["x", "k"]
    assert sentence == "x: 1 2.5 | -3 0. k: 7."


def test_a_window_is_framed_where_it_is():
    figure, _ = plots.grids({"x": np.zeros((3, 4))}, windows={"x": (1, 2, 2, 2)})
    [frame] = figure.axes[0].patches
    assert (frame.get_xy(), frame.get_width(), frame.get_height()) == ((1.5, 0.5), 2, 2)


def test_equal_numbers_are_bright_above_zero_and_dark_elsewhere():
    figure, _ = plots.grids({"zero": np.zeros((2, 2)), "nine": np.full((2, 2), 9), "-1": [[-1]]})
    shades = [axis.images[0].to_rgba(axis.images[0].get_array())[0, 0] for axis in figure.axes]
    zero, nine, negative = (luminance(shade) for shade in shades)
    assert max(zero, negative) < 0.2 < 0.6 < nine


def test_numbers_are_readable_on_their_colour():
    """Contrast of at least 4.5 to 1, as WCAG 2 asks of text, for every shade of a grid."""
    figure, _ = plots.grids({"x": np.linspace(-1, 1, 30).reshape(5, 6)})
    [axis] = figure.axes
    [image] = axis.images
    shades = image.cmap(image.norm(image.get_array())).reshape(-1, 4)
    for shade, text in zip(shades, axis.texts, strict=True):
        assert contrast(shade, matplotlib.colors.to_rgba(text.get_color())) >= 4.5


def test_values_of_a_sparse_matrix_are_readable_on_their_colour():
    figure, _ = plots.sparse_matrix(np.diag(np.arange(1.0, 10.0)), "W")
    [axis] = figure.axes
    [image] = axis.images
    shades = image.cmap(image.norm(image.get_array()))
    for text in axis.texts:
        column, row = text.get_position()
        assert contrast(shades[row, column], matplotlib.colors.to_rgba(text.get_color())) >= 4.5


def contrast(one, other) -> float:
    light = [luminance(colour) for colour in (one, other)]
    return (max(light) + 0.05) / (min(light) + 0.05)


def luminance(colour) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_a_missing_matrix_is_a_sentence_and_no_picture():
    figure, sentence = plots.grids({"x": [[1]], "convolved": None})
    assert figure is None
    assert sentence == "Nothing to show yet: the function that makes 'convolved' returns None."


def test_images_say_what_they_are_and_take_torch_order():
    pictures = {"grey": np.zeros((4, 5)), "colour": torch.zeros(3, 6, 7)}
    figure, sentence = plots.images(pictures, "Both are black.")
    assert sentence == "2 images: grey (4 × 5), colour (6 × 7). Both are black."
    assert [axis.images[0].get_array().shape for axis in figure.axes] == [(4, 5), (6, 7, 3)]


def test_images_of_one_size_say_it_once():
    _, sentence = plots.images({"a": np.eye(4), "b": np.eye(4)}, "Both are the same.")
    assert sentence == "2 images of 4 × 4: a, b. Both are the same."


def test_images_of_two_sizes_are_drawn_to_one_scale_about_their_centres():
    figure, _ = plots.images({"large": np.eye(8), "small": np.eye(4)}, "Two.")
    large, small = figure.axes
    assert large.get_xlim() == (-0.5, 7.5)
    assert large.get_ylim() == (7.5, -0.5)
    assert small.get_xlim() == (-2.5, 5.5)
    assert small.get_ylim() == (5.5, -2.5)


def test_filters_run_the_given_function_in_the_photographs_dtype():
    photograph = np.arange(20, dtype="float32").reshape(4, 5)
    seen = []

    def crop(x: np.ndarray, k: np.ndarray) -> np.ndarray:
        seen.append(k.dtype)
        return x[1:, 1:] * k[0, 0]

    figure, sentence = plots.filtered(photograph, {"double": [[2, 0], [0, 0]]}, crop, "Twice.")
    assert sentence == "2 images: photograph (4 × 5), double (3 × 4). Twice."
    np.testing.assert_array_equal(figure.axes[1].images[0].get_array(), 2 * photograph[1:, 1:])
    assert seen == [np.float32]


def test_a_filter_that_is_not_written_is_named():
    def cross_correlate2d(x: np.ndarray, k: np.ndarray) -> None: ...

    picture = plots.filtered(np.zeros((3, 3), "float32"), {"a": [[1]]}, cross_correlate2d, "None.")
    assert picture == (None, "Write cross_correlate2d first: it still returns None.")


def test_a_sparse_matrix_leaves_zeros_blank_and_counts():
    figure, sentence = plots.sparse_matrix([[1, 2, 0], [0, 1, 2]], "W")
    assert sentence == (
        "W: 2 × 3 = 6 entries, 2 of them zero (left blank); "
        "the other 4 hold only 2 different numbers."
    )
    assert texts(figure) == ["1", "2", "1", "2"]
    np.testing.assert_array_equal(
        figure.axes[0].images[0].get_array().mask, [[False, False, True], [True, False, False]]
    )


def test_a_matrix_of_zeros_is_blank_and_says_so():
    figure, sentence = plots.sparse_matrix(np.zeros((2, 3)), "W")
    assert sentence == "W: 2 × 3 = 6 entries, all of them zero (left blank)."
    assert texts(figure) == []
    figure.canvas.draw()


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.curves({}, "x", "y"), "series is empty; it must hold at least one line"),
        (
            lambda: plots.curves({"a": [1], "b": []}, "x", "y"),
            "series['b'] is empty; it must hold at least one value",
        ),
        (
            lambda: plots.sparse_matrix([1, 0], "W"),
            "matrix has shape (2,); it must be (rows, columns), not empty",
        ),
    ],
)
def test_what_cannot_be_drawn_is_named(draw, message):
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the whole message is compared
        draw()
    assert str(raised.value) == message


@pytest.mark.parametrize(
    "draw",
    [
        lambda: plots.grids({"x": [[1]]}, windows={"x": (1, 2)}),
        lambda: plots.images({"x": np.array([["a"]])}, "Text."),
        lambda: plots.sparse_matrix([["a"]], "W"),
        lambda: plots.curves({"a": [[[1]]]}, "x", "y"),
    ],
    ids=["grids", "images", "sparse_matrix", "curves"],
)
def test_a_picture_that_fails_leaves_no_figure_open(draw):
    with pytest.raises((TypeError, ValueError)):
        draw()
    assert plt.get_fignums() == []


def test_showing_a_picture_that_fails_leaves_no_figure_open(monkeypatch):
    figure, sentence = plots.grids({"x": [[1]]})
    monkeypatch.setattr(figure, "savefig", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        plots.show((figure, sentence))
    assert plt.get_fignums() == []


def test_curves_differ_by_dashes_and_name_their_ends():
    figure, sentence = plots.curves({"a": [1, 0.5], "b": [2.0, 4.0]}, "step", "loss", log=True)
    assert sentence == "loss against step: a goes from 1 to 0.5; b goes from 2 to 4."
    [axis] = figure.axes
    assert len({line.get_linestyle() for line in axis.lines}) == 2
    assert axis.get_yscale() == "log"


def test_curves_say_how_far_they_go_between_their_ends():
    hump, noise = {"hump": [0, 0.4, 0.1], "dip": [2, -1, 1]}, {"noise": [9, 9.5, 5, 1.5, 2]}
    _, sentence = plots.curves(hump | noise, "shift", "change")
    assert sentence == (
        "change against shift: hump goes from 0 to 0.1, up to 0.4 between; "
        "dip goes from 2 to 1, down to -1 between; noise goes from 9 to 2."
    )


def test_the_steps_below_curves_are_whole():
    figure, _ = plots.curves({"loss": [2.0, 1.0]}, "step", "loss")
    assert all(tick == int(tick) for tick in figure.axes[0].get_xticks())


def test_panels_keep_their_own_numbers_and_say_the_same():
    series = {"large": [100.0, 300.0], "small": [0.2, 0.1]}
    figure, sentence = plots.panels(series, "step", "loss")
    assert sentence == plots.curves(series, "step", "loss")[1]
    assert [axis.get_title() for axis in figure.axes] == ["large", "small"]
    assert figure.axes[0].get_ylim()[0] > figure.axes[1].get_ylim()[1]
    with pytest.raises(ValueError, match="series is empty"):
        plots.panels({}, "step", "loss")


def test_the_legend_stands_beside_the_curves_and_hides_none():
    figure, _ = plots.curves({"up": [0, 9, 0, 9], "down": [9, 0, 9, 0]}, "step", "loss")
    figure.canvas.draw()
    [axis] = figure.axes
    assert axis.get_legend().get_window_extent().x0 >= axis.get_window_extent().x1


def test_show_gives_the_image_its_words_and_prints_them(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr(plots, "display", shown.append)
    plots.show(plots.grids({'x < "y"': [[1]]}))
    [page] = shown
    [(tag, attributes)] = tags(page.data)
    assert tag == "img"
    assert attributes["alt"] == 'x < "y": 1.'
    kind, _, data = attributes["src"].partition(",")
    assert kind == "data:image/png;base64"
    assert imread(io.BytesIO(base64.b64decode(data))).ndim == 3
    assert capsys.readouterr().out == 'x < "y": 1.\n'
    assert plt.get_fignums() == []


def tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every tag that opens in the page, with its attributes."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found.append((tag, dict(attributes)))

    Reader().feed(page)
    return found


def test_show_without_a_picture_prints_the_sentence(monkeypatch, capsys):
    monkeypatch.setattr(plots, "display", pytest.fail)
    plots.show((None, "Write conv2d first."))
    assert capsys.readouterr().out == "Write conv2d first.\n"


def test_importing_the_package_draws_in_no_plotting():
    code = "import sys, course_lib; print({'matplotlib', 'torch', 'IPython'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
