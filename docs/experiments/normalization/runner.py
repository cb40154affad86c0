"""Runs what has not been run yet, and keeps each run as soon as it is finished.

The numbers of an experiment are one JSON file with its sizes; another size starts it afresh.
"""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from normalization.experiment import SEEDS, Experiment, Results, Run


def complete(
    experiment: Experiment, sizes: Any, folder: Path, seeds: Sequence[int] = SEEDS
) -> Results:
    """All runs of an experiment; those not in the folder yet are made and added to it.

    Args:
        experiment: what to run.
        sizes: its sizes.
        folder: holds NAME.json, if anything was run before.
        seeds: of the runs.
    """
    path = folder / f"{experiment.name}.json"
    kept = stored(path, sizes)
    runs, on = list(kept.runs), kept.machine
    done = {_key(run.arm, run.seed) for run in runs}
    for seed in seeds:  # all arms of a seed come close in time: seconds are compared between arms
        for arm in experiment.arms(sizes):
            if _key(arm, seed) not in done:
                runs.append(_run(experiment, arm, seed, sizes))
                on = on if machine() in on else f"{on} and {machine()}".removeprefix(" and ")
                _write(path, sizes, Results(runs, on))
    return Results(runs, on)


def stored(path: Path, sizes: Any) -> Results:
    """The runs in a file that were made with these sizes; none if there is no such file."""
    if not path.exists():
        return Results([], "")
    content = json.loads(path.read_text(encoding="utf-8"))
    if content["sizes"] != json.loads(json.dumps(asdict(sizes))):
        return Results([], "")
    return Results([_finite_or_nan(run) for run in content["runs"]], content["machine"])


def _run(experiment: Experiment, arm: Any, seed: int, sizes: Any) -> Run:
    with _one_thread(), torch.random.fork_rng([]):
        torch.manual_seed(seed)
        values, curves = experiment.measure(arm, seed, sizes)
    print(experiment.name, arm, seed, values, flush=True)
    return Run(arm, seed, values, curves)


def _write(path: Path, sizes: Any, results: Results) -> None:
    """The whole file under another name first, so that a cut leaves the old one."""
    lines = ",\n".join(json.dumps(_rounded(asdict(run)), allow_nan=False) for run in results.runs)
    head = json.dumps({"sizes": asdict(sizes), "machine": results.machine}).removesuffix("}")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(f'{head},\n"runs": [\n{lines}\n]}}\n', encoding="utf-8")
    os.replace(unfinished, path)


def machine() -> str:
    """The processor and the version of torch, which decide the seconds and the last digits."""
    cpu, info = platform.machine(), Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        cpu = next((line.split(":")[1].strip() for line in lines if "model name" in line), cpu)
    return f"{cpu}, one thread; torch {torch.__version__}"


def _key(arm: Any, seed: int) -> str:
    return json.dumps([arm, seed])


def _rounded(value: Any) -> Any:
    """Five digits of each number; JSON has no infinity and no nan, so null stands for both."""
    if isinstance(value, float):
        return float(f"{value:.5g}") if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _rounded(v) for key, v in value.items()}
    return [_rounded(v) for v in value] if isinstance(value, list) else value


def _finite_or_nan(run: dict[str, Any]) -> Run:
    def number(value: float | None) -> float:
        return math.nan if value is None else value

    values = {name: number(value) for name, value in run["values"].items()}
    curves = {name: [number(v) for v in curve] for name, curve in run["curves"].items()}
    return Run(run["arm"], run["seed"], values, curves)


@contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
