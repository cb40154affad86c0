"""All demos on one page for lecturers: one file that needs no server and nothing from outside."""

from __future__ import annotations

import json
import string
from pathlib import Path

import click

from autograders.system.folders import course_folder
from autograders.system.whole_files import write_whole

_PAGE = string.Template("""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Convolutional networks: demos</title>
<style>
$style
</style>
<body>
<script>
$script
courseDemos.present($given);
</script>
</body>
</html>
""")


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the page; site/demos.html of the course otherwise.",
)
@click.option("--open/--no-open", "opens", default=True, help="Whether to open it in a browser.")
def demos(output: Path | None, opens: bool) -> None:
    """Show the interactive demos on one page, for lectures.

    The page is one file: it needs no server and no network. Large type, one demo at a time;
    Page Down and Page Up change the demo, and the page lists its other keys.
    """
    page = output or course_folder() / "site" / "demos.html"
    write_page(page)
    click.echo(f"Wrote {page}")
    if opens:
        click.launch(str(page))


def write_page(path: Path) -> None:
    """Write the page to `path`, whose folder is made."""
    from course_lib.widgets import DEMOS
    from course_lib.widgets.demo import STATIC

    style = "\n".join((STATIC / f"{name}.css").read_text("utf-8") for name in ("demo", "page"))
    script = (STATIC / "page.js").read_text("utf-8")
    given = json.dumps({demo.demo: demo().given for demo in DEMOS}).replace("<", "\\u003c")
    page = _PAGE.substitute(
        style=style, script=script.replace("</script", "<\\/script"), given=given
    )
    write_whole(path, page.encode())


commands = [demos]
