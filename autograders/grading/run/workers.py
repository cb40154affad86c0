"""Work on many submissions in processes of this machine, of which one may be killed."""

from __future__ import annotations

import logging
import multiprocessing
import os
import tempfile
import threading
import warnings
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from tempfile import TemporaryDirectory
from typing import TypeVar

from autograders.grading.limits import WORKER, limit_memory
from autograders.grading.submitted.submission import Outcome, Submission

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Submission], Outcome]
KILLED = "the process that ran it was killed, perhaps for want of memory"


def execute_in_processes(
    work: Work, submissions: list[Submission], jobs: int
) -> Generator[Outcome, None, None]:
    """Each submission's outcome as it is ready, from fresh processes."""
    with TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as scratch:
        pool = partial(_pool, scratch=scratch)
        yield from in_processes(
            pool, work, submissions, jobs, lambda killed: Outcome(killed, problem=KILLED)
        )


def in_processes(
    pool: Callable[[int], ProcessPoolExecutor],
    work: Callable[[Item], Result],
    items: Sequence[Item],
    jobs: int,
    killed: Callable[[Item], Result],
) -> Generator[Result, None, None]:
    """What comes of `work` on each of the items, as it is ready; it waits until it is taken.

    Where one of the `jobs` processes is killed, what was in work then gets another try, each
    alone, and the others go on.

    Args:
        pool: makes one of so many processes.
        killed: what comes of an item that kills its process when it is alone.
    """
    waiting = deque(items)
    while waiting:
        with pool(min(jobs, len(waiting))) as together:
            unfinished = yield from _until_broken(together, work, waiting, 2 * jobs)
        alone = deque(unfinished)
        while alone:
            with pool(1) as one:
                for item in (yield from _until_broken(one, work, alone, 1)):
                    yield killed(item)


def _until_broken(
    pool: ProcessPoolExecutor, work: Callable[[Item], Result], waiting: deque[Item], most: int
) -> Generator[Result, None, list[Item]]:
    """Takes items off `waiting`, at most `most` at a time, until none is left or a worker is
    killed. Returns those that were not finished then: one of them may have been the cause."""
    running: dict[Future[Result], Item] = {}
    try:
        while waiting or running:
            while waiting and len(running) < most:
                running[pool.submit(work, waiting[0])] = waiting[0]
                waiting.popleft()
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                result = future.result()
                del running[future]
                yield result
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
    limit_memory(WORKER)
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
