"""From an exercise's specification to its cases: expected numbers, tolerances, mistaken answers."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np
import torch

from autograders.authoring.cases import Draw, arguments, with_other_numbers
from autograders.authoring.simplified import plainer
from autograders.checks.exercise import Arrays, Assignment, Case, Exercise, Group, Mistake, Plainer
from autograders.checks.judging.adapters import probed
from autograders.checks.judging.compare import wrong_values
from autograders.checks.judging.diagnose import both
from autograders.checks.judging.function_arguments import passable

Function = Callable[..., Any]
ROUNDING = 64  # units in the last place of the sum of |terms|: far above any order of summation
DRAWS = 8  # of a case: one in which a mistake lies near the right answer is rare


@dataclass(frozen=True)
class Altered:
    """A wrong function: the right one, given what `change` makes of the arguments.

    `change` returns those by position and those by name. Being a change of arguments, it can be
    made before any other mistake as well.
    """

    right: Function
    change: Callable[..., tuple[tuple[Any, ...], dict[str, Any]]]

    def __call__(self, *by_position: Any, **by_name: Any) -> Any:
        return self.before(self.right)(*by_position, **by_name)

    def before(self, other: Function) -> Function:
        """`other`, given the changed arguments."""

        def changed(*by_position: Any, **by_name: Any) -> Any:
            positions, names = self.change(*by_position, **by_name)
            return other(*positions, **names)

        return changed


@dataclass(frozen=True)
class KnownMistake:
    """A wrong function with the sentence that names what is wrong, and the section about it."""

    wrong: Function
    sentence: str
    section: str


@dataclass(frozen=True)
class Specification:
    """An exercise as its author writes it.

    `reference` answers with the exercise's own kind of arrays; where it gives whole numbers they
    are compared exactly. `bound` gives, for the same arguments, results whose largest number is
    the scale of rounding errors; without it that is the reference on absolute values, which is
    right where the reference is a sum of products of its arguments. With a `probe` the reference
    and the mistakes are what the probe asks, and `bound` is still a function of the arguments.
    `together` names pairs of mistakes that are often made at once and whose errors do not simply
    add up; the second of each is `Altered`.
    """

    name: str
    points: float
    library: str
    outputs: tuple[str, ...]
    reference: Function
    groups: Mapping[str, tuple[Draw, ...]]
    mistakes: Mapping[str, KnownMistake] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()
    bound: Function | None = None
    probe: str = ""
    together: tuple[tuple[str, str], ...] = ()

    def wrong_functions(self) -> dict[str, Function]:
        """The wrong function of each known mistake and of each pair, by its key in a case."""
        single = {name: mistake.wrong for name, mistake in self.mistakes.items()}
        pairs = {}
        for one, other in self.together:
            altered = single[other]
            assert isinstance(altered, Altered), other
            pairs[both(one, other)] = altered.before(single[one])
        return single | pairs


def build_assignment(name: str, module: str) -> Assignment:
    """The assignment `name` from `autograders.exercises.<module>` and, where the hidden groups
    are, from `autograders.hidden.<module>`."""
    public = import_module(f"autograders.exercises.{module}")
    hidden: ModuleType | None = None
    key = ""
    if find_spec("autograders.hidden"):
        hidden = import_module(f"autograders.hidden.{module}")
        key = import_module("autograders.hidden.key").hidden_key()
    exercises = {}
    with _one_thread():
        for specification in public.EXERCISES:
            more = hidden.GROUPS.get(specification.name, {}) if hidden else {}
            exercises[specification.name] = _exercise(name, specification, more, key)
    predictions = {prediction.name: prediction for prediction in public.PREDICTIONS}
    weights = {}
    for asked in getattr(public, "WEIGHTS", ()):
        goals = hidden.GOALS[asked.name] if hidden else ()
        weights[asked.name] = replace(asked, goals=goals, hidden_goals=len(goals))
    return Assignment(name, exercises, predictions, dict(public.BREAK_POINTS), weights)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Cases are small: on a busy machine torch's threads would only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _exercise(
    assignment: str, asked: Specification, hidden: Mapping[str, tuple[Draw, ...]], key: str
) -> Exercise:
    def group(title: str, draws: tuple[Draw, ...], secret: str) -> Group:
        seeds = (f"{assignment}/{asked.name}/{title}/{i}{secret}" for i in range(len(draws)))
        cases = [drawn_case(asked, d, seed) for d, seed in zip(draws, seeds, strict=True)]
        if not secret:
            cases = [
                replace(case, plainer=tuple(_plainer(asked, d, case)))
                for case, d in zip(cases, draws, strict=True)
            ]
        return Group(title, tuple(cases), hidden=bool(secret))

    groups = [group(title, draws, "") for title, draws in asked.groups.items()]
    groups += [group(title, draws, f"/{key}") for title, draws in hidden.items()]
    mistakes = {name: Mistake(m.sentence, m.section) for name, m in asked.mistakes.items()}
    return Exercise(
        asked.name,
        asked.points,
        asked.library,
        asked.outputs,
        asked.forbidden,
        tuple(groups),
        mistakes,
        len(hidden),
        asked.probe,
        asked.together,
        _again(assignment, asked, key) if key and not asked.probe else {},
        partial(right_case, asked),
    )


def _again(assignment: str, asked: Specification, key: str) -> dict[str, Group]:
    """For each visible group a hidden case that differs in its numbers alone: to know the answers
    to the visible ones earns nothing."""
    found = {}
    for title, draws in asked.groups.items():
        seed = f"{assignment}/{asked.name}/{title}/other numbers/{key}"
        if other := with_other_numbers(draws, seed):
            case = drawn_case(asked, other, seed)
            found[title] = Group(f"{title}, with other numbers", (case,), hidden=True)
    return found


def drawn_case(asked: Specification, described: Draw, seed: str) -> Case:
    """The case that `seed` gives, with what each known mistake answers in it; drawn again where
    rounding errors happen to grow, or a mistake to lie near the right answer."""
    for draw in range(DRAWS):
        case = right_case(
            asked, described, arguments(described, f"{seed}/{draw}" if draw else seed)
        )
        if not _is_steady(asked, described, case):
            continue
        mistaken = _mistaken(asked, described, case)
        if not any(_is_near(case, wrong) for wrong in mistaken.values()):
            break
    else:
        mistaken = _mistaken(asked, described, case)
    return replace(case, mistaken=mistaken)


def _mistaken(asked: Specification, described: Draw, case: Case) -> dict[str, Arrays]:
    """The answer of each known mistake that differs from the right one."""
    mistaken: dict[str, Arrays] = {}
    for name, function in asked.wrong_functions().items():
        try:
            wrong = _compared(asked, described, probed(asked.probe, function), case.arguments)
        except (ArithmeticError, IndexError, RuntimeError, TypeError, ValueError):
            wrong = {}
        if not wrong or wrong_values(case, wrong):
            mistaken[name] = wrong
    return mistaken


def _is_near(case: Case, mistaken: Arrays) -> bool:
    """Whether no number of a mistaken answer is wrong by more than ten times the tolerance."""
    return bool(mistaken) and all(
        numbers.shape == case.expected[name].shape
        and abs(numbers - case.expected[name]).max() <= 10 * case.tolerance[name]
        for name, numbers in mistaken.items()
    )


def _is_steady(asked: Specification, described: Draw, case: Case) -> bool:
    """Whether the reference itself, in single precision, errs by a third of what rounding may
    change there. Whatever makes errors grow does so in double precision too."""
    reference = probed(asked.probe, asked.reference)
    rounded = _compared(asked, described, reference, case.arguments, "float32")
    single, own = (_unit(np.zeros(1), dtype) for dtype in ("float32", described.dtype))
    return all(
        abs(rounded[name] - expected).max()
        <= case.tolerance[name] / 3 * (single / own if expected.ndim else 1)
        for name, expected in case.expected.items()
    )


def _plainer(asked: Specification, described: Draw, case: Case) -> Iterator[Plainer]:
    """The case made plainer in one argument at a time, where it has an answer then."""
    if asked.probe or described.rule:
        return
    for what, words, made in plainer(case.arguments):
        with suppress(ArithmeticError, IndexError, RuntimeError, TypeError, ValueError):
            changed = right_case(asked, described, made)
            if all(array.size and np.isfinite(array).all() for array in changed.expected.values()):
                yield Plainer(what, words, changed)


def right_case(asked: Specification, described: Draw, made: dict[str, Any]) -> Case:
    """The case of these arguments, with what must come back."""
    reference = probed(asked.probe, asked.reference)
    expected = _compared(asked, described, reference, made)
    if asked.bound:
        scale = _compared(asked, described, asked.bound, made)
    else:
        sizes = {n: abs(v) if isinstance(v, np.ndarray) else v for n, v in made.items()}
        scale = _compared(asked, described, reference, sizes)
    tolerance = {
        name: _unit(array, described.dtype) * float(abs(scale[name]).max())
        for name, array in expected.items()
    }
    keywords = _with_defaults(reference)
    return Case(
        made,
        expected,
        tolerance,
        {},
        described.dtype,
        described.c_order,
        tuple(name for name in made if name in keywords),
        described.rule,
    )


def _compared(
    asked: Specification,
    described: Draw,
    function: Function,
    made: Mapping[str, Any],
    dtype: str = "float64",
) -> Arrays:
    """What `function` answers in the precision `dtype`, of the results that are compared."""
    exact = {n: v.astype(dtype) if isinstance(v, np.ndarray) else v for n, v in made.items()}
    keywords = _with_defaults(probed(asked.probe, asked.reference)) & set(made)
    results = _answer(asked, function, exact, keywords)
    return {name: results[name] for name in described.outputs or asked.outputs}


def _unit(expected: np.ndarray, dtype: str) -> float:
    """What rounding may change in a number of size 1. Whole numbers are exact; a single number may
    come from single precision whatever the arguments are, as `hits.float().mean()` does."""
    if expected.dtype.kind != "f":
        return 0.0
    return ROUNDING * float(np.finfo(dtype if expected.ndim else "float32").eps)


def _with_defaults(function: Function) -> set[str]:
    parameters = inspect.signature(function).parameters.values()
    return {p.name for p in parameters if p.default is not inspect.Parameter.empty}


def _answer(
    asked: Specification, function: Function, exact: Mapping[str, Any], keywords: set[str]
) -> dict[str, np.ndarray]:
    passed = {name: passable(value, asked.library) for name, value in exact.items()}
    by_name = {name: passed.pop(name) for name in keywords}
    result = function(*passed.values(), **by_name)
    results = result if len(asked.outputs) > 1 else (result,)
    return {
        name: np.array(array.detach().numpy() if isinstance(array, torch.Tensor) else array)
        for name, array in zip(asked.outputs, results, strict=True)
    }
