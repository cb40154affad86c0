"""Collecting again loses nothing, whatever comes first and wherever it crashes."""

import itertools
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from grading.small_course import NAME
from lms.systems import BLANK, NOTEBOOK, SOLVED, about, gradescope, two_assignments, zipped
from lms.taking import ADA, submitted, take


class Crash:
    """Python's audit hooks stay for good: one hook, which does nothing outside `at`."""

    def __init__(self) -> None:
        self._left = -1
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: object) -> None:
        if event == "os.rename" and self._left >= 0:
            self._left -= 1
            if self._left < 0:
                raise KeyboardInterrupt

    @contextmanager
    def at(self, renames: int) -> Iterator[list[int]]:
        """Ends what is within at a rename, after `renames` others; gives [renames] if it did."""
        crashed: list[int] = []
        self._left = renames
        try:
            yield crashed
        except KeyboardInterrupt:
            crashed.append(renames)
        finally:
            self._left = -1


@pytest.fixture(scope="module")
def crash() -> Crash:
    return Crash()


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return two_assignments(tmp_path / "course")


def test_collecting_again_loses_nothing(course: Path) -> None:
    def canvas(file: int, content: bytes) -> bytes:
        return zipped({f"ada_1_{file}_{NAME}.ipynb": content})

    def what(archive: bytes) -> str:
        return take(course, archive)["ada-1"].what

    assert what(canvas(20, BLANK)) == "new"
    assert what(canvas(20, BLANK)) == "unchanged"
    assert what(canvas(30, SOLVED)) == "replaced"
    assert what(canvas(20, BLANK)) == "kept"
    assert submitted(course, "ada-1") == {NOTEBOOK: SOLVED}
    before = course / "submitted" / ".collected" / "ada-1" / f"{NAME}-before-1" / NOTEBOOK
    assert before.read_bytes() == BLANK
    assert sorted(path.name for path in (course / "submitted").iterdir()) == [".collected", "ada-1"]


def test_what_was_put_there_by_hand_is_kept_aside(course: Path) -> None:
    by_hand = course / "submitted" / "ada-1" / NAME / NOTEBOOK
    by_hand.parent.mkdir(parents=True)
    by_hand.write_bytes(BLANK)
    assert take(course, zipped({f"ada_1_9_{NAME}.ipynb": SOLVED}))["ada-1"].what == "replaced"
    aside = course / "submitted" / ".collected" / "ada-1" / f"{NAME}-before-1" / NOTEBOOK
    assert aside.read_bytes() == BLANK


def test_a_crash_at_any_rename_loses_nothing(course: Path, crash: Crash) -> None:
    place = course / "submitted" / "ada-1" / NAME / NOTEBOOK
    aside = course / "submitted" / ".collected" / "ada-1"
    for at in itertools.count():
        shutil.rmtree(course / "submitted", ignore_errors=True)
        take(course, zipped({f"ada_1_2_{NAME}.ipynb": BLANK}))
        with crash.at(at) as crashed:
            take(course, zipped({f"ada_1_3_{NAME}.ipynb": SOLVED}))
        there = {path.read_bytes() for path in (place, *aside.glob("*/*.ipynb")) if path.exists()}
        assert BLANK in there
        assert take(course, zipped({f"ada_1_3_{NAME}.ipynb": SOLVED}))["ada-1"].what != "kept"
        assert submitted(course, "ada-1") == {NOTEBOOK: SOLVED}
        assert json.loads((aside / f"{NAME}.json").read_text())["order"] == ["", 3]
        assert [path.read_bytes() for path in aside.glob("*/*.ipynb")] == [BLANK]
        if not crashed:
            break
    assert at >= 4  # the notebook, the old folder, the new one, the record


def test_the_later_time_wins_whatever_comes_first(course: Path) -> None:
    def archive(time: str, content: bytes) -> bytes:
        return gradescope({5: {NOTEBOOK: content}}, about(5, time, ADA))

    take(course, archive("2026-04-26 17:34:00 Z", SOLVED))
    assert take(course, archive("2026-04-25 17:34:00 Z", BLANK))["a1"].what == "kept"
    assert take(course, archive("2026-04-27 02:00:00 +02:00", BLANK))["a1"].what == "replaced"
    assert submitted(course, "a1")["timestamp.txt"] == b"2026-04-27 00:00:00.000000 UTC"


def test_the_same_work_handed_in_again_keeps_its_time(course: Path) -> None:
    def archive(day: int, content: bytes) -> bytes:
        return gradescope({day: {NOTEBOOK: content}}, about(day, f"2026-04-{day} 17:00:00 Z", ADA))

    shown = json.loads(SOLVED)
    shown["metadata"]["saved"] = "by another program"
    take(course, archive(25, SOLVED))
    again = take(course, archive(26, json.dumps(shown).encode()))["a1"]
    assert again.what == "again"
    assert again.notes == ("handed in again at 2026-04-26 17:00:00 UTC, equal to before",)
    assert again.hand_in is not None
    assert f"{again.hand_in.time:%d}" == "25"
    assert submitted(course, "a1") == {
        NOTEBOOK: SOLVED,
        "timestamp.txt": b"2026-04-25 17:00:00.000000 UTC",
    }
    assert take(course, archive(27, BLANK))["a1"].what == "replaced"
    assert submitted(course, "a1")["timestamp.txt"] == b"2026-04-27 17:00:00.000000 UTC"
