"""Words, tables, pictures and formulas of a submission, cleaned for pages that others read."""

import doctest
import re

import pytest
from jinja2 import Environment

from autograders.grading.feedback import formulas, safe_html
from autograders.grading.feedback.formulas import LONGEST as LONGEST_FORMULA
from autograders.grading.feedback.formulas import formula
from autograders.grading.feedback.safe_html import LEFT_OUT, LONGEST, cleaned, markdown2html

OVER_THE_SCORE = 'position:fixed;inset:0;background:white">100 / 100'


def shown(markdown: str) -> str:
    context = Environment().from_string("").new_context()
    return markdown2html(context, markdown)


@pytest.mark.parametrize(
    "markdown",
    [
        rf'$\text{{<div/style="{OVER_THE_SCORE}</div>}}$',
        rf'$$\mbox{{</mtext></math><p style="{OVER_THE_SCORE}</p>}}$$',
        rf"\begin{{align}}\text{{&lt;div/style=&quot;{OVER_THE_SCORE}}}\end{{align}}",
        r"$\color{red' style='position:fixed}x$",
        rf'<div style="{OVER_THE_SCORE}</div>',
        rf'<math><mtext style="{OVER_THE_SCORE}</mtext></math>',
        rf'<svg><desc><div style="{OVER_THE_SCORE}</div></desc></svg>',
    ],
)
def test_no_markup_of_a_students_takes_another_place(markdown):
    page = shown(markdown)
    tags = re.findall(r"<[^>]*>", page)
    assert not [tag for tag in tags if re.search(r"\sstyle|position", tag)], page
    assert "100 / 100" in page or "x" in page


@pytest.mark.parametrize(
    "latex",
    [r"\hspace{-90em}x", r"\hspace{90em}x", r"\!" * 500 + "x", r"\mathllap{x}", r"\smash{x}"],
)
def test_no_formula_leaves_its_place(latex):
    made = formula(latex)
    assert "mpadded" not in made
    assert not re.search(r'"-|\d\dem', made), made


def test_signs_that_look_like_tags_are_kept():
    assert "<p>a &lt; b, list&lt;int&gt;, &lt;your name&gt;" in shown(
        "a < b, list<int>, <your name>"
    )


def test_words_tables_pictures_and_folds_stay():
    html = '<details open=""><summary>s</summary><table><tbody><tr><td colspan="2">a</td></tr>'
    html += '</tbody></table><img src="data:image/png;base64,AAAA" alt="a"></details>'
    assert cleaned(html) == html


@pytest.mark.parametrize("kept", ['href="https://a.example"', 'href="#task-conv2d"', 'title="t"'])
def test_harmless_attributes_stay(kept):
    assert cleaned(f"<a {kept}>a</a>") == f"<a {kept}>a</a>"


@pytest.mark.parametrize(
    "dropped",
    [
        'href="javascript:x()"',
        'href="java\tscript:x()"',
        'onclick="x()"',
        'id="task-conv2d"',
        'class="score"',
        'class="task-heading"',
        'style="color:red"',
        'target="_top"',
    ],
)
def test_what_runs_or_has_a_meaning_on_our_pages_goes(dropped):
    assert cleaned(f"<a {dropped}>a</a>") == "<a>a</a>"


@pytest.mark.parametrize("html", ['<form action="x">a</form>', '<meta http-equiv="refresh">a'])
def test_forms_and_refreshes_are_text(html):
    assert cleaned(html).startswith("&lt;")


def test_a_formula_is_mathml_and_a_sign_in_it_is_no_tag():
    assert "<mo>&lt;</mo>" in shown("$x < y$")
    assert ">arg\N{THIN SPACE}max<" in formula(r"\argmax_x f")


def test_what_is_far_too_long_is_shown_as_it_was_written():
    assert formula("x" * (LONGEST_FORMULA + 1)) == f"<code>{'x' * (LONGEST_FORMULA + 1)}</code>"
    line = "<p>Shown as it was written: it has 70,000 characters; 10,000 are formatted.</p>"
    assert shown("*a* <b>" * LONGEST).startswith(f"{line}<pre>*a* &lt;b&gt;")


def test_a_pasted_picture_does_not_make_a_text_long():
    picture = f"![p](data:image/png;base64,{'A' * LONGEST})"
    assert shown(f"*a* {picture}").startswith("<p><em>a</em> <img ")


def test_a_link_or_a_picture_is_repeated_until_the_page_would_swell():
    link = "[a]: https://a.example '{}'\n\n".format("t" * 2000)
    assert shown(link + "[a] " * 4).count("<a href") == 4
    page = shown(link + "[a] " * 1500)
    assert len(page) < 150_000
    assert f"a {LEFT_OUT}" in page


@pytest.mark.parametrize("language", ["python", "perl"])
def test_code_in_text_has_colours_if_it_is_python(language):
    page = shown(f"```{language}\nx = 1\n```")
    assert ("<span" in page) == (language == "python")


@pytest.mark.parametrize("opened", ["<b>", "<ul><li>", "<table><tr><td>", "<b><p>", "<div><i>"])
def test_many_open_tags_make_a_page_of_their_own_size(opened):
    allowed = opened * (LONGEST // len(opened))
    assert len(shown(allowed)) < 8 * len(allowed)
    assert len(shown(opened * 10_000)) < 6 * len(opened * 10_000)


def test_the_examples_print_what_they_say():
    assert doctest.testmod(formulas) == (0, 2)
    assert doctest.testmod(safe_html) == (0, 1)
