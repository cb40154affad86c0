"""An assignment's visible cases as stored arrays: what the student edition holds of the exercises.

One .npz file: the arrays, and under `_MANIFEST` their places as JSON. Nothing in it is code.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autograders.checks.exercise import (
    Arrays,
    Assignment,
    Case,
    Exercise,
    Group,
    Mistake,
    Plainer,
    Prediction,
    Recipe,
    TrainedWeights,
)

_MANIFEST = "manifest"


def write_bundle(assignment: Assignment, path: Path) -> None:
    """Writes the visible part of `assignment` to `path`, which ends in .npz; the same assignment
    gives the same bytes."""
    arrays: dict[str, np.ndarray] = {}
    stored: dict[tuple[str, tuple[int, ...], bytes], str] = {}  # equal arrays lie in one place

    def store(named: Arrays) -> dict[str, str]:
        places = {}
        for name, array in named.items():
            content = array.dtype.str, array.shape, array.tobytes()
            places[name] = stored.setdefault(content, f"a{len(arrays)}")
            arrays[places[name]] = array
        return places

    manifest = json.dumps(_described(assignment, store))
    np.savez_compressed(path, allow_pickle=False, **{_MANIFEST: np.array(manifest)}, **arrays)


def read_bundle(path: Path) -> Assignment:
    """The assignment that `write_bundle` wrote.

    Raises:
        ValueError: where the file is damaged.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = dict(stored)
        described = json.loads(str(arrays[_MANIFEST]))
        return _assignment(described, lambda places: {n: arrays[p] for n, p in places.items()})
    except Exception as error:
        raise ValueError(f"{path} is damaged ({error}); unpack the course's zip again") from error


def _described(assignment: Assignment, store: Callable[[Arrays], Any]) -> dict[str, Any]:
    return {
        "name": assignment.name,
        "break_points": dict(assignment.break_points),
        "predictions": [vars(p) for p in assignment.predictions.values()],
        "weights": [vars(replace(w, goals=())) for w in assignment.weights.values()],
        "exercises": [
            vars(e)
            | {
                "mistakes": {name: vars(m) for name, m in e.mistakes.items()},
                "groups": [
                    {"title": g.title, "cases": [_stored_case(c, store) for c in g.cases]}
                    for g in e.groups
                    if not g.hidden
                ],
                "again": {},  # which is hidden
                "right_case": None,  # which holds the answer
            }
            for e in assignment.exercises.values()
        ],
    }


def _stored_case(case: Case, store: Callable[[Arrays], Any]) -> dict[str, Any]:
    return vars(case) | {
        "arguments": {name: _stored(v, store) for name, v in case.arguments.items()},
        "expected": store(case.expected),
        "mistaken": {name: store(answer) for name, answer in case.mistaken.items()},
        "tolerance": dict(case.tolerance),
        "plainer": [vars(p) | {"case": _stored_case(p.case, store)} for p in case.plainer],
    }


def _stored(value: Any, store: Callable[[Arrays], Any]) -> Any:
    """An argument as JSON: a pair of what it is and its content."""
    match value:
        case np.ndarray():
            return ["array", store({"": value})]
        case Recipe(name):
            return ["recipe", name]
        case tuple() | list():
            return [type(value).__name__, [_stored(item, store) for item in value]]
        case bool() | int() | float() | str() | None:
            return ["plain", value]
    raise TypeError(f"an argument is {value!r}; it must be an array, a recipe or a plain value")


def _fetched(stored: Any, fetch: Callable[[Any], Arrays]) -> Any:
    kind, content = stored
    if kind == "array":
        return fetch(content)[""]
    if kind == "recipe":
        return Recipe(content)
    if kind in ("tuple", "list"):
        items = [_fetched(item, fetch) for item in content]
        return tuple(items) if kind == "tuple" else items
    return content


def _assignment(described: Mapping[str, Any], fetch: Callable[[Any], Arrays]) -> Assignment:
    exercises = {e["name"]: _exercise(e, fetch) for e in described["exercises"]}
    predictions = {
        p["name"]: Prediction(**p | {"form": tuple(p["form"])}) for p in described["predictions"]
    }
    weights = {
        w["name"]: TrainedWeights(**{**w, "shapes": tuple(map(tuple, w["shapes"])), "goals": ()})
        for w in described["weights"]
    }
    return Assignment(described["name"], exercises, predictions, described["break_points"], weights)


def _exercise(described: Mapping[str, Any], fetch: Callable[[Any], Arrays]) -> Exercise:
    groups = tuple(
        Group(g["title"], tuple(_case(c, fetch) for c in g["cases"])) for g in described["groups"]
    )
    changed = {
        "outputs": tuple(described["outputs"]),
        "forbidden": tuple(described["forbidden"]),
        "together": tuple(map(tuple, described["together"])),
        "groups": groups,
        "mistakes": {name: Mistake(**m) for name, m in described["mistakes"].items()},
    }
    return Exercise(**{**described, **changed})


def _case(described: Mapping[str, Any], fetch: Callable[[Any], Arrays]) -> Case:
    changed = {
        "arguments": {name: _fetched(v, fetch) for name, v in described["arguments"].items()},
        "keywords": tuple(described["keywords"]),
        "expected": fetch(described["expected"]),
        "mistaken": {name: fetch(places) for name, places in described["mistaken"].items()},
        "plainer": tuple(
            Plainer(**p | {"case": _case(p["case"], fetch)}) for p in described["plainer"]
        ),
    }
    return Case(**{**described, **changed})
