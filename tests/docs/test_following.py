"""A page that is followed fails where it says what is not so."""

from pathlib import Path

import pytest
from docs.following import Copy

GOOD = """\
The file `Makefile` has a target more. In `Makefile`, above `lint: setup`:

```make
hello:
	echo hello from here
```

In `LICENSE`, a line:

```diff
-BSD 3-Clause License:
+BSD 3-Clause Licence:
```

In `CHANGELOG.md`, at its end:

```markdown
The end.
```

`new/words.txt`:

```text
Some words.
```

```sh
cat new/words.txt
tail -2 CHANGELOG.md
make hello
grep -q Licence:$ LICENSE
false # ends with 1
```

```
Some words.

The end.
echo hello from here
hello from here
```
"""


@pytest.fixture
def follow(tmp_path: Path):
    copy = Copy(tmp_path / "course")

    def followed(text: str) -> None:
        page = tmp_path / "page.md"
        page.write_text(text, encoding="utf-8")
        copy.follow(page)

    return followed


def test_a_page_that_is_right_is_followed_to_its_end(follow) -> None:
    follow(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("above `lint: setup`", "above `lint: nothing`", "Makefile has 0 times"),
        ("-BSD 3-Clause License:", "-BSD 2-Clause License:", "LICENSE has 0 times"),
        ("-BSD 3-Clause License:", "-the", "LICENSE has"),
        ("`new/words.txt`:", "`Makefile`:", "Makefile is there already"),
        ("`new/words.txt`:", "Words.", "nothing says what this is: Some words"),
        ("In `LICENSE`, a", "A", "nothing says which file this changes"),
        ("`new/words.txt`:\n", "", "nothing says what this is: Some words"),
        ("`new/words.txt`:\n", "Words.", "a block follows on a line that is not blank"),
        ("The end.\necho", "The End.\necho", "is not in"),
        ("grep -q Licence", "grep -q Lizenz", "grep -q Lizenz"),
        ("# ends with 1", "", "false"),
        ("# ends with 1", "# ends with 2", "false"),
    ],
)
def test_a_page_that_is_wrong_is_not(follow, old: str, new: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(AssertionError, match=words):
        follow(GOOD.replace(old, new))
