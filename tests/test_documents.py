"""What the documents say is so: their links lead somewhere, their commands and variables exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.core.management import load_command_class as load

from feeds.formats import READERS
from feeds.reasons import FAULTS
from liaison.signin.passwords import NEAR
from runner.cli import ENVIRONMENT
from tests import shape
from tests.shape import APPS, ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#]+)")
VARIABLE = re.compile(r"`([A-Z][A-Z_]+)`")


def document(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    reached, due = set[Path](), [ROOT / "README.md"]
    while due:
        path = due.pop()
        reached.add(path)
        linked = {
            (path.parent / link).resolve()
            for link in LINK.findall(path.read_text(encoding="utf-8"))
            if "://" not in link
        }
        due += [other for other in linked if other.suffix == ".md" and other not in reached]
    assert sorted(set(DOCUMENTS) - reached) == []


def test_the_commands_of_the_documents_exist() -> None:
    named = {name for path in DOCUMENTS for name in re.findall(r"manage\.py (\w+)", path.read_text(encoding="utf-8"))}
    assert sorted(named - set(get_commands())) == []


@pytest.mark.parametrize(
    "command",
    ["source_add", "source_receive", "source_pull", "person_add", "portal_state", "rebuild", "forecast_backtest"],
)
def test_the_promised_commands_are_there_and_say_what_they_do(command: str) -> None:
    app = get_commands()[command]
    assert load(str(app), command).help.endswith(".")


def test_the_options_of_the_documents_exist() -> None:
    for command, options in re.findall(
        r"manage\.py (\w+)([^\n#]*)", "\n".join(document(str(path)) for path in DOCUMENTS)
    ):
        parser = load(str(get_commands()[command]), command).create_parser("manage.py", command)
        known = {option for action in parser._actions for option in action.option_strings}
        assert set(re.findall(r"--[a-z-]+", options)) - known == set(), command


def test_the_variables_of_the_operators_are_those_that_are_read() -> None:
    told = set(
        VARIABLE.findall(
            "\n".join(line for line in document("docs/operating.md").splitlines() if line.startswith("| `"))
        )
    )
    code = document("liaison/settings.py") + document("runner/configuration.py")
    assert sorted(name for name in told if f'"{name}"' not in code) == []
    read = set(re.findall(r'_env\(\s*"([A-Z_]+)"', document("liaison/settings.py")))
    assert sorted(read - told) == sorted(OF_THE_RUNNER)


# What the runner itself writes for the portal.
OF_THE_RUNNER = {"DEMO_FEED_URL", "DEMO_MAIL_DIR"}


def test_the_tests_that_the_checklist_names_exist() -> None:
    there = {name for text in shape.tests() for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}
    assert sorted(set(re.findall(r"`(test_\w+)`", document("docs/security.md"))) - there) == []


def test_every_line_of_the_checklist_has_a_proof_or_says_why_not() -> None:
    rows = [line.split(" | ") for line in document("docs/security.md").splitlines() if re.match(r"\| \d", line)]
    without = [row[0] for row in rows if "`test_" not in row[2]]
    assert without == ["| 6.2.10", "| 6.4.2", "| 7.1.3, 7.6"]
    assert len(rows) > 40


def test_the_documented_words_are_those_that_are_refused() -> None:
    told = re.search(r"leaked most often: ([^.]+?), and the person", document("docs/security.md").replace("\n", " "))
    assert told
    assert tuple(told[1].split(", ")) == NEAR


def test_the_documented_lifetimes_are_the_real_ones() -> None:
    assert "end after seven days unused and thirty in all" in document("docs/security.md")
    assert settings.SESSION_AGES == {"trade": (7 * 86_400, 30 * 86_400), "office": (3_600, 12 * 3_600)}


def test_the_help_names_the_variables_of_the_documents() -> None:
    named = set(re.findall(r"^  ([A-Z_]+)", ENVIRONMENT, re.MULTILINE))
    assert {"PORT", "STATE_DIR", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DEMO"} <= named


def test_the_formats_of_the_documents_are_those_that_can_be_read() -> None:
    rows = [line.split("|")[1] for line in document("docs/adding-a-source.md").splitlines() if line.startswith("| `")]
    assert sorted(name for row in rows for name in re.findall(r"`(\w+)`", row)) == sorted(READERS)


def test_the_map_of_the_readme_names_every_app() -> None:
    rows = [line.split("|")[1] for line in document("README.md").splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == {*APPS, "runner"}


def test_every_reason_is_a_sentence_that_a_clerk_can_use() -> None:
    assert [code for code, words in FAULTS.items() if len(str(words).split()) < 4 or not str(words).endswith(".")] == []


def test_the_repository_speaks_of_the_project_alone() -> None:
    """No sample of somebody else's, nothing that a build left behind."""
    own = ROOT / "tests" / "feeds" / "samples"
    left = [path for path in shape.tracked("*") if path.suffix in {".sqlite3", ".log", ".edi", ".map", ".orig", ".rej"}]
    assert [str(path.relative_to(ROOT)) for path in left if own not in path.parents] == []
