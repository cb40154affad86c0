"""IPython in a student's process: what cannot be had while grading stops no cell."""

from __future__ import annotations

import linecache
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.interactiveshell import ExecutionResult
from IPython.utils.text import LSString, SList

from autograders.grading.sandboxed.cells import Shell

COMMAND_NOT_FOUND = 127  # as a shell ends
_LINES = (  # that start programs, or that a kernel passes on to the browser
    *("pip", "conda", "mamba", "micromamba", "uv"),
    *("autosave", "connect_info", "qtconsole", "subshell", "edit", "less", "more", "man"),
)
_INTERPRETERS = ("script", "bash", "sh", "python", "python2", "python3", "pypy", "perl", "ruby")
# What the kernel refuses, what this machine lacks, what nobody is there to answer.
_IMPOSSIBLE = (
    *(OSError, ImportError, MemoryError, EOFError),
    *(StdinNotImplementedError, UsageError),
)
_OTHERWISE_SAID = re.compile(  # by libraries, in exceptions of their own
    r"Operation not permitted|Permission denied|access permission denied|Read-only file system|"
    r"Function not implemented|No such device|No such file or directory|"
    r"unable to open database file|readonly database|can't allocate memory|"
    r"compiled with CUDA|NVIDIA driver|CUDA GPUs|CUDA device|accelerator device|for mps devices|"
    r"MPS backend"
)
_LINE_MAGIC = re.compile(r"get_ipython\(\)\.run_line_magic\('(\w+)', '(.*)'\)")


class StudentShell(Shell):
    """Runs a cell's statements one by one, as IPython does. One that fails only since it is being
    graded is passed over, with a line that says so; shell lines are not run.

    `begun` counts the statements of the running cell that have begun, those of cells that it runs
    itself included. `on_begin` is told of each; where there are to be `most` of them, the cell ends
    before the next.
    """

    def __init__(self) -> None:
        super().__init__()
        self.begun = 0
        self.most: int | None = None
        self.on_begin: Callable[[int], None] | None = None
        magics = self.magics_manager.magics
        magics["line"].update({name: _line_not_run(name) for name in _LINES})
        magics["cell"].update({name: self._cell_not_run(name) for name in _INTERPRETERS})
        magics["cell"]["time"] = self._timed

    @property
    def db(self) -> Any:
        """What %store, %bookmark and %cd keep, in the process's own folder."""
        if self._db is None:
            from IPython.external.pickleshare import PickleShareDB

            self._db = PickleShareDB(Path(os.environ["IPYTHONDIR"], ".ipython", "db"))
        return self._db

    @db.setter
    def db(self, value: Any) -> None:
        self._db = value

    def enable_matplotlib(self, gui: str | None = None) -> tuple[str | None, str]:
        """Pictures are put out, whatever window or widget was to show them."""
        return super().enable_matplotlib("inline")

    def system(self, cmd: str) -> None:
        """Runs no program."""
        _say_not_run(f"!{cmd}")
        self.user_ns["_exit_code"] = COMMAND_NOT_FOUND

    system_piped = system_raw = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> SList | LSString:
        """Runs no program; the empty output of one."""
        _say_not_run(f"!{cmd}")
        return SList() if split else LSString()

    async def run_code(
        self, code_obj: CodeType, result: ExecutionResult | None = None, *, async_: bool = False
    ) -> bool:
        """Runs one statement. True where the cell ends with it."""
        if self.begun == self.most:
            return True
        self.begun += 1
        if self.on_begin:
            self.on_begin(self.begun)
        failed = await super().run_code(code_obj, result, async_=async_)
        error = result.error_in_exec if failed and result else None
        if error is None or not is_impossible(error):
            return failed
        assert result
        result.error_in_exec = None
        why = f"{type(error).__name__}: {error}".splitlines()[0]
        print(f"`{_statement(code_obj)}` is not possible while grading and was passed over: {why}")
        return False

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Shows no traceback of a statement that is passed over."""
        error = sys.exc_info()[1]
        if not (kwargs.get("running_compiled_code") and error and is_impossible(error)):
            super().showtraceback(*args, **kwargs)

    def _timed(self, line: str, cell: str) -> None:
        """%%time, whose statements are run one by one as well."""
        start = time.perf_counter()
        self.run_cell(cell)
        print(f"Wall time: {time.perf_counter() - start:.3g} s")

    def _cell_not_run(self, name: str) -> Callable[[str, str], None]:
        def magic(line: str, cell: str) -> None:
            _say_not_run(f"%%{name} {line}".rstrip())
            for variable in re.findall(r"--(?:out|err)[ =](\w+)", line):
                self.user_ns[variable] = ""

        return magic


def is_impossible(error: BaseException) -> bool:
    """Whether a statement failed by what is refused or missing while grading, not by a fault of
    its own."""
    reason: BaseException | None = error
    while reason:
        if isinstance(reason, _IMPOSSIBLE):
            return True
        if isinstance(reason, Exception) and _OTHERWISE_SAID.search(str(reason)):
            return True
        reason = reason.__cause__
    return False


def _line_not_run(name: str) -> Callable[[str], None]:
    return lambda line: _say_not_run(f"%{name} {line}".rstrip())


def _say_not_run(line: str) -> None:
    print(f"`{line}` is not run while grading.")


def _statement(code: CodeType) -> str:
    """The first line of a statement, as it was written."""
    first = min(line for _, _, line in code.co_lines() if line)
    text = linecache.getline(code.co_filename, first).strip()
    return _LINE_MAGIC.sub(r"%\1 \2", text).strip()
