"""Executing notebooks on a Dask cluster, each worker with an examiner and sandbox of its own.

The course's folder must lie at the same place for all workers, and each must run this very code.
"""

from __future__ import annotations

import socket
from collections.abc import Generator
from itertools import islice
from typing import Any

from distributed import Client, Future, KilledWorker, as_completed, get_worker

from autograders.grading.run.resume import code_digest
from autograders.grading.run.workers import KILLED, Work, quieten
from autograders.grading.steps.isolate import CannotGradeHere
from autograders.grading.submitted.submission import Outcome, Submission

LOADED = code_digest()  # of what this process runs, though files may change later
CONNECT_SECONDS = 10


def execute_on_cluster(
    work: Work, submissions: list[Submission], address: str, with_card: bool = False
) -> Generator[Outcome, None, None]:
    """Each submission's outcome as it is ready.

    What was in work on a worker that was killed is done by another one.

    Args:
        address: of the cluster's scheduler, as tcp://127.0.0.1:8786.
        with_card: whether only workers with the resource GPU may do it.

    Raises:
        CannotGradeHere: where there is no such cluster, or a worker is not as it must be.
    """
    waiting = iter(submissions)
    working: dict[Future, Submission] = {}
    label = {"GPU": 1} if with_card else {}
    with _connected(address, label) as client:
        running = as_completed(loop=client.loop)

        def submit(count: int) -> None:
            for submission in islice(waiting, count):
                future = client.submit(
                    _work_there, work, submission, LOADED, pure=False, resources=label or None
                )
                working[future] = submission
                running.add(future)

        submit(2 * len(_workers(client)))
        for future in running:
            submission = working.pop(future)
            try:
                outcome: Outcome = future.result()
            except KilledWorker:
                outcome = Outcome(submission, problem=KILLED)
            submit(1)
            yield outcome


def _connected(address: str, label: dict[str, int]) -> Any:
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CannotGradeHere(f"there is no Dask scheduler at {address}: {error}") from error
    if not _workers(client):
        client.close()
        raise CannotGradeHere(f"the Dask cluster at {address} has no workers")
    if label and not any("GPU" in worker["resources"] for worker in _workers(client)):
        client.close()
        raise CannotGradeHere(
            f"no worker of the Dask cluster at {address} has a graphics card: start those that "
            'have with --resources "GPU=1"'
        )
    return client


def _workers(client: Client) -> list[dict[str, Any]]:
    return list(client.scheduler_info()["workers"].values())


def _work_there(work: Work, submission: Submission, code: str) -> Outcome:
    """What a worker does for one submission."""
    here = f"the Dask worker {get_worker().address} on {socket.gethostname()}"
    if code != LOADED:
        raise CannotGradeHere(f"{here} runs another version of the course: start it again")
    if get_worker().state.nthreads != 1:
        raise CannotGradeHere(f"{here} has several threads: start it with --nthreads 1")
    if not submission.folder.is_dir():
        raise CannotGradeHere(f"{here} does not see {submission.folder}: share the course's folder")
    quieten()
    return work(submission)
