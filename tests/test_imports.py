"""The way of the data runs one way: nothing to the left imports anything to the right."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import segbook
from tests.conftest import ROOT

PACKAGE = ROOT / "lib" / "segbook"
RANKS = {
    "errors": 0, "periods": 1, "schema": 2, "yamlfile": 2, "params": 3, "data": 4, "results": 5, "stats": 6, "models": 7,
    "movement": 8, "words": 9, "show": 10, "manifest": 11, "report": 12, "press": 13, "cli": 14,
}  # fmt: skip
FILES = sorted(PACKAGE.rglob("*.py"))


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imported(tree: ast.AST) -> set[str]:
    """Give the modules of segbook a file names in any import, inside functions too."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.add(node.module or "")
    return {name for name in found if name.split(".")[0] == "segbook"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_run_one_way(file: Path):
    own = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if own == "__init__":
        return
    for module in imported(ast.parse(file.read_text(encoding="utf-8"))):
        other = room(module)
        allowed = RANKS[other] < RANKS[own] or other == own
        assert allowed, f"{own} must not import {module}"


def test_every_room_has_its_place():
    rooms = {file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in FILES}
    assert rooms - {"__init__"} == set(RANKS)


def test_public_names_are_all_there():
    assert segbook.__all__ == sorted(set(segbook.__all__))
    assert all(getattr(segbook, name) is not None for name in segbook.__all__)
    assert dir(segbook) == segbook.__all__
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = segbook.nothing_such


def test_command_line_starts_without_the_heavy_ones():
    """pandas, seaborn and their like take seconds; `segbook --help` must not wait for them."""
    code = "import segbook.cli, sys; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "pandas",
        "numpy",
        "seaborn",
        "matplotlib",
        "ibis",
        "duckdb",
        "nbconvert",
        "papermill",
        "scipy",
        "pydantic",
    }
    assert heavy & set(done.stdout.split()) == set()


def test_modules_and_functions_stay_small():
    """Budgets of the house: a module under 300 lines, a body under 25, five positional arguments."""
    broken = []
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        name = file.relative_to(PACKAGE)
        if text.count("\n") > 300:
            broken.append(f"{name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                broken += [f"{name}: {node.name} {what}" for what in _too_much(node)]
    assert broken == []


def _too_much(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
    arguments = [
        each.arg for each in (*node.args.posonlyargs, *node.args.args) if each.arg not in {"self", "cls"}
    ]
    command = any("command" in ast.dump(each) for each in node.decorator_list)
    found = [f"has {lines} lines"] if lines > 25 else []
    return found + ([f"takes {len(arguments)} arguments"] if len(arguments) > 5 and not command else [])
