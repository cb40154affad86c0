"""What the system or a database refuses is one kind of error, which names the file."""

import errno
import pickle
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy

from autograders.system.os_errors import in_log, naming, os_error, stopped
from autograders.system.whole_files import require_writable, write_all, write_whole


def fill(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "full.db")) as connection:
        connection.execute("PRAGMA max_page_count = 2")
        connection.execute("CREATE TABLE one (text)")
        connection.execute("INSERT INTO one VALUES (?)", ["x" * 10_000])


def write_read_only(folder: Path) -> None:
    sqlite3.connect(folder / "there.db").close()
    with closing(sqlite3.connect(f"file:{folder}/there.db?mode=ro", uri=True)) as connection:
        connection.execute("CREATE TABLE one (text)")


def open_folder(folder: Path) -> None:
    sqlalchemy.create_engine(f"sqlite:///{folder}").connect()


@pytest.mark.parametrize(
    ("refuse", "number", "words"),
    [
        (fill, errno.ENOSPC, "database or disk is full"),
        (write_read_only, errno.EROFS, "attempt to write a readonly database"),
        (open_folder, errno.EACCES, "unable to open database file"),
    ],
)
def test_a_database_s_refusal_is_the_system_s(
    refuse: Callable[[Path], None], number: int, words: str, tmp_path: Path
) -> None:
    with pytest.raises(OSError, match=words) as error, naming(tmp_path / "gradebook.db"):
        refuse(tmp_path)
    assert (error.value.errno, error.value.filename) == (number, str(tmp_path / "gradebook.db"))
    again = pickle.loads(pickle.dumps(error.value))  # as from a worker
    assert again.filename == error.value.filename
    log = f"(sqlite3.OperationalError) {words}"
    assert in_log(log, tmp_path / "g").errno == number


def test_what_is_no_refusal_is_none() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        with pytest.raises(sqlite3.OperationalError) as error:
            connection.execute("SELECT * FROM nothing")
        assert os_error(error.value) is None
    assert os_error(ValueError("no")) is None
    assert in_log("ValueError: no", Path("g")) is None


def test_a_refusal_is_found_behind_what_was_raised_from_it() -> None:
    refused = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(RuntimeError) as error:
        raise RuntimeError("could not save") from refused
    assert os_error(error.value) is refused


def test_a_log_tells_the_file() -> None:
    told = in_log("OSError: [Errno 28] No space left on device: '/c/x y.ipynb'\n", Path("g"))
    assert (told.errno, told.filename) == (errno.ENOSPC, "/c/x y.ipynb")


def test_a_quota_asks_for_room_and_what_was_done_is_told() -> None:
    error = OSError(errno.EDQUOT, "Disk quota exceeded", "/home/ada/x")
    error.add_note("1 of 2 pages are written")
    assert stopped("`course feedback`", error) == (
        "`course feedback` stopped at /home/ada/x: Disk quota exceeded; 1 of 2 pages are written; "
        "make room, then run the same command again."
    )


def test_a_name_that_is_too_long_is_refused_by_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    with pytest.raises(OSError, match="too long") as error:
        write_whole(path, b"")
    assert error.value.filename == str(path)


def test_of_files_that_belong_together_none_is_replaced_before_all_are_written(
    tmp_path: Path,
) -> None:
    (one := tmp_path / "one").write_bytes(b"before")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        write_all({one: b"after", tmp_path / "file" / "two": b"after"})
    assert one.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "one"]


def test_a_folder_is_tried_where_it_would_be_made(tmp_path: Path) -> None:
    require_writable(tmp_path / "new" / "newer")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory") as error:
        require_writable(tmp_path, tmp_path / "file" / "new")
    assert error.value.filename == str(tmp_path / "file" / "new")
