"""Which of the course's data sets a notebook uses, read from the source and from nothing else."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def data_sets(notebook: dict[str, Any]) -> set[str]:
    """The folders of data/ that the code of `notebook`, a parsed .ipynb, reads.

    A name of one of `course_lib.data`'s loaders anywhere in the code counts, also in a module of
    course_lib that the notebook imports. Cells that do not parse are passed over.
    """
    sources = [_text(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    trees = [tree for source in sources if (tree := _parsed(source)) is not None]
    modules = _imported_modules(trees)
    used = {name for tree in [*trees, *modules] for name in _names(tree)}
    return {folder for loader, folder in loaders().items() if loader in used}


def loaders() -> dict[str, str]:
    """The loaders of `course_lib.data` and the folder that each reads: its `DATA / "folder"`."""
    import course_lib.data

    found = {}
    for function in ast.parse(inspect.getsource(course_lib.data)).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            match node:
                case ast.BinOp(
                    left=ast.Name(id="DATA"), op=ast.Div(), right=ast.Constant(value=str(folder))
                ):
                    found[function.name] = folder
    return found


def _imported_modules(trees: Iterable[ast.AST]) -> list[ast.AST]:
    """The parsed modules of course_lib, but data itself, that code imports, at any depth."""
    import course_lib

    package = Path(course_lib.__file__).parent
    found: dict[Path, ast.AST] = {}
    waiting = list(trees)
    while waiting:
        for path in _module_files(package, waiting.pop()):
            if path not in found and path != package / "data.py":
                found[path] = ast.parse(path.read_text(encoding="utf-8"))
                waiting.append(found[path])
    return list(found.values())


def _module_files(package: Path, tree: ast.AST) -> list[Path]:
    dotted = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            dotted += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            dotted += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    parts = [name.split(".")[1:] for name in dotted if name.split(".")[0] == package.name]
    files = [package.joinpath(*part) for part in parts if part]
    candidates = [file.with_suffix(".py") for file in files] + [f / "__init__.py" for f in files]
    return [path for path in candidates if path.is_file()]


def _names(tree: ast.AST) -> set[str]:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _text(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _parsed(source: str) -> ast.AST | None:
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError):
        return None
