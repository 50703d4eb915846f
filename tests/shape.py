"""Measures the shape of the project's source: sizes, branches, types and habits."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("liaison", "feeds", "notify", "corridor", "cargo", "tickets", "api", "observatory", "demo")
BUILT = {"__pycache__", "static.dist"}
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.comprehension, ast.match_case)


@dataclass(frozen=True)
class Function:
    """One function or method: lines from ``def`` to its end, branches plus one, and whether all is annotated."""

    where: str
    name: str
    lines: int
    complexity: int
    is_typed: bool


@dataclass
class Module:
    """One file of source."""

    path: Path
    tree: ast.Module
    lines: int
    code_lines: int
    functions: list[Function] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The path below the root."""
        return str(self.path.relative_to(ROOT))


def tracked(pattern: str) -> list[Path]:
    """The repository's own files that fit the pattern, without what was installed, built or run."""
    return sorted(path for path in ROOT.rglob(pattern) if path.is_file() and not _left_out(path))


def _left_out(path: Path) -> bool:
    return any(part.startswith(".") or part in BUILT for part in path.relative_to(ROOT).parts)


@lru_cache
def source() -> tuple[Module, ...]:
    """Every module of the apps and of the runner, without migrations."""
    # A million nodes that all stay: looking among them for garbage takes longer than reading them.
    gc.disable()
    found = tuple(
        read(path)
        for path in tracked("*.py")
        if path.relative_to(ROOT).parts[0] in (*APPS, "runner", "manage.py") and "migrations" not in path.parts
    )
    gc.enable()
    return found


@lru_cache
def tests() -> tuple[str, ...]:
    """The text of every module of the tests, which nobody measures."""
    return tuple(path.read_text() for path in tracked("*.py") if path.relative_to(ROOT).parts[0] == "tests")


def code_lines(text: str) -> int:
    """How many lines are neither empty nor a comment."""
    return sum(1 for line in map(str.strip, text.splitlines()) if line and not line.startswith("#"))


def read(path: Path) -> Module:
    """Parse one file and measure its functions."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    module = Module(path, tree, len(text.splitlines()), code_lines(text))
    module.functions = [_function(module, node) for node in ast.walk(tree) if isinstance(node, _DEFINITIONS)]
    return module


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _function(module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Function:
    branches = sum(
        len(child.values) - 1 if isinstance(child, ast.BoolOp) else isinstance(child, BRANCHES)
        for child in ast.walk(node)
    )
    given = [*node.args.posonlyargs, *node.args.args]
    named = [argument for argument in given if argument.arg not in ("self", "cls")]
    named += [*node.args.kwonlyargs, *filter(None, [node.args.vararg, node.args.kwarg])]
    return Function(
        where=f"{module.name}:{node.lineno}",
        name=node.name,
        lines=(node.end_lineno or node.lineno) - node.lineno + 1,
        complexity=1 + branches,
        is_typed=node.returns is not None and all(argument.annotation for argument in named),
    )


def calls(module: Module, *names: str) -> Iterator[ast.Call]:
    """The calls of functions or methods of these names."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in names:
                yield node
