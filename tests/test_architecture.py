"""The shape of the source keeps within the budgets, and the rules of the house are kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from inspect import unwrap

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from tests import shape
from tests.shape import APPS, ROOT, Module

LONGEST_FILE = 450
FUNCTION_P95 = 30
LONG_FUNCTION, LONG_SHARE = 40, 0.02
COMPLEX, COMPLEX_SHARE = 10, 0.006
HIDDEN_IMPORTS = 4
CONSTRAINTS = 30
TESTS_TO_CODE = (1.2, 1.8)
NAMES_OF_NOTHING = {"services", "utils", "helpers", "common", "misc", "mixins", "signals"}
# Public, or reached only through what was narrowed, or by its owner's secret.
UNSCOPED = set("Condition DayRecord Distance ForecastScore Leg Milestone Node Person Route Stage Unit Verdict".split())
UNSCOPED |= {"AccessToken", "Authenticator", "Category", "ExchangeRate", "KeptAnswer", "Report"}


def functions() -> list[shape.Function]:
    return [function for module in shape.source() for function in module.functions]


def owned(module: Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """The statements that import something of ours."""
    for node in ast.walk(module.tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        if isinstance(node, ast.Import | ast.ImportFrom) and any(name.split(".")[0] in APPS for name in names):
            yield node


def test_files_are_short() -> None:
    assert {module.name: module.lines for module in shape.source() if module.lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    lengths = sorted(function.lines for function in functions())
    assert lengths[len(lengths) * 95 // 100] <= FUNCTION_P95
    long = [function.where for function in functions() if function.lines > LONG_FUNCTION]
    assert len(long) <= LONG_SHARE * len(lengths), long


def test_functions_have_few_branches() -> None:
    tangled = [f"{function.where} {function.name}" for function in functions() if function.complexity > COMPLEX]
    assert len(tangled) <= COMPLEX_SHARE * len(functions()), tangled


def test_everything_is_typed() -> None:
    assert [function.where for function in functions() if not function.is_typed] == []


def test_imports_stand_at_the_top() -> None:
    hidden = [
        f"{module.name}:{node.lineno}" for module in shape.source() for node in owned(module) if node.col_offset > 0
    ]
    assert len(hidden) <= HIDDEN_IMPORTS, hidden


def test_every_module_says_what_lives_there() -> None:
    assert [module.name for module in shape.source() if module.lines and not ast.get_docstring(module.tree)] == []


@pytest.mark.parametrize("app", APPS)
def test_every_app_says_what_it_is_for_and_what_it_may_import(app: str) -> None:
    words = ast.get_docstring(shape.read(ROOT / app / "__init__.py").tree) or ""
    assert "May import:" in words
    assert len(words.splitlines()) <= 7


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [module.name for module in shape.source() if NAMES_OF_NOTHING & {*module.path.parts, module.path.stem}] == []


def test_no_signals_and_no_save_with_side_effects() -> None:
    receivers = [module.name for module in shape.source() if list(shape.calls(module, "receiver"))]
    connected = [
        module.name
        for module in shape.source()
        for call in shape.calls(module, "connect")
        if any(keyword.arg == "sender" for keyword in call.keywords)
    ]
    saves = [function.where for function in functions() if function.name in ("save", "delete")]
    assert (receivers, connected, saves) == ([], [], [])


def our_models() -> list[type[Model]]:
    return [model for app in apps.get_app_configs() if app.name in APPS for model in app.get_models()]


def test_models_have_no_ordering_of_their_own_and_no_generic_keys() -> None:
    assert [model.__name__ for model in our_models() if model._meta.ordering] == []
    assert [model.__name__ for model in our_models() if model._meta.private_fields] == []


def test_the_database_keeps_the_rules() -> None:
    assert sum(len(list(model._meta.constraints)) for model in our_models()) >= CONSTRAINTS


def test_what_people_see_starts_from_what_they_may_see() -> None:
    """In a view, ``Model.objects`` (or ``whole_rows()``) is narrowed to the viewer at once or handed to what narrows it."""
    loose = []
    for module in shape.source():
        if module.path.stem != "views" and module.path.parent.name not in ("api", "views"):
            continue
        text = ast.unparse(module.tree)
        for match in re.finditer(r"\b(?:([A-Z]\w+)\.objects\b|whole_rows\(\))(.{0,12})", text):
            is_narrowed = match[2].startswith((".visible_to(", ".money_visib", ".standing_fo"))
            before = text[max(0, match.start() - 26) : match.start()]
            if not (is_narrowed or "get_visible_or_404(" in before or match[1] in UNSCOPED):
                loose.append(f"{module.name}: {match[0]}")
    assert loose == [], "start from visible_to(user), or fetch with get_visible_or_404"


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or namespace)
        else:
            yield namespace, entry


def test_a_url_its_view_and_its_template_share_one_name() -> None:
    wrong = []
    for namespace, pattern in patterns(get_resolver()):
        view = unwrap(pattern.callback)
        if view.__module__.split(".")[0] not in APPS or hasattr(pattern.callback, "view_class"):
            continue
        if pattern.name != view.__name__:
            wrong.append(f"{namespace}:{pattern.name} is {view.__module__}.{view.__name__}")
    assert wrong == []


def test_tests_and_code_are_in_proportion() -> None:
    code = sum(module.code_lines for module in shape.source())
    proportion = sum(map(shape.code_lines, shape.tests())) / code
    low, high = TESTS_TO_CODE
    assert low <= proportion <= high, f"{proportion:.2f}"


def test_the_repository_holds_no_address_of_a_machine() -> None:
    """No path of somebody's home, no package registry."""
    told = re.compile(rb"/(?:Users|root|work)/[a-z]|files\.pythonhosted|artifactory|nexus\d?\.")
    texts = [
        path for path in shape.tracked("*") if path.suffix in {".py", ".txt", ".toml", ".yml", ".md", ".html", ".css"}
    ]
    assert [
        str(path.relative_to(ROOT))
        for path in texts
        if path.name != "test_architecture.py" and told.search(path.read_bytes())
    ] == []
