"""Executing notebooks in processes of this machine, of which one may be killed."""

from __future__ import annotations

import logging
import multiprocessing
import os
import tempfile
import threading
import warnings
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from tempfile import TemporaryDirectory

from autograders.grading.submitted.submission import Outcome, Submission

Work = Callable[[Submission], Outcome]
KILLED = "the process that ran it was killed, perhaps for want of memory"


def execute_in_processes(
    work: Work, submissions: list[Submission], jobs: int
) -> Generator[Outcome, None, None]:
    """Each submission's outcome as it is ready; what is ready waits until it is taken.

    Where one of the `jobs` processes is killed, what was in work then gets another try, each
    alone, and the others go on.
    """
    waiting = deque(submissions)
    with TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as scratch:
        while waiting:
            with _pool(min(jobs, len(waiting)), scratch) as pool:
                unfinished = yield from _execute_until_broken(pool, work, waiting, 2 * jobs)
            alone = deque(unfinished)
            while alone:
                with _pool(1, scratch) as pool:
                    for submission in (yield from _execute_until_broken(pool, work, alone, 1)):
                        yield Outcome(submission, problem=KILLED)


def _execute_until_broken(
    pool: ProcessPoolExecutor, work: Work, waiting: deque[Submission], most: int
) -> Generator[Outcome, None, list[Submission]]:
    """Takes submissions off `waiting`, at most `most` at a time, until none is left or a worker is
    killed. Returns those that were not finished then: one of them may have been the cause."""
    running: dict[Future[Outcome], Submission] = {}
    try:
        while waiting or running:
            while waiting and len(running) < most:
                running[pool.submit(work, waiting[0])] = waiting[0]
                waiting.popleft()
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                outcome = future.result()
                del running[future]
                yield outcome
    except BrokenProcessPool:
        pass
    finally:
        pool.shutdown(cancel_futures=True)
    return list(running.values())


def _pool(processes: int, scratch: str) -> ProcessPoolExecutor:
    """Fresh processes, not forks: what nbgrader and its kernels' threads hold stays here."""
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, spawn, initializer=_settle, initargs=(scratch,))


def _settle(scratch: str) -> None:
    """A worker's start: what it leaves behind when killed goes with `scratch`."""
    end_with_parent()
    tempfile.tempdir = scratch
    quieten()


def quieten() -> None:
    """Turns off what nbgrader and its libraries log and warn of: a cell that timed out is told in
    its output."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def end_with_parent() -> None:
    """Ends a worker whose parent is killed; it would wait for what to do next for ever."""
    threading.Thread(target=_end_after_parent, daemon=True).start()


def _end_after_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)
